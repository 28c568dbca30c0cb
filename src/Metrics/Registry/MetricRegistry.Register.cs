using System.Text;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Naming;
using DynamoAspire.Metrics.Writing;

namespace DynamoAspire.Metrics.Registry;

public sealed partial class MetricRegistry
{
    /// <summary>Registers a counter.</summary>
    /// <param name="name">Name as it is printed; a counter's ends in <c>_total</c> unless upstream's does not.</param>
    /// <param name="help">One sentence.</param>
    /// <param name="labels">Fixed labels beside those of the registry.</param>
    public Counter Counter(string name, string help, params ReadOnlySpan<(string Name, string Value)> labels) =>
        Single(name, MetricType.Counter, help, labels, static (n, l) => new Counter(l.Series(n)));

    /// <summary>Registers a gauge.</summary>
    /// <param name="name">Name as it is printed.</param>
    /// <param name="help">One sentence.</param>
    /// <param name="labels">Fixed labels beside those of the registry.</param>
    public Gauge Gauge(string name, string help, params ReadOnlySpan<(string Name, string Value)> labels) =>
        Single(name, MetricType.Gauge, help, labels, static (n, l) => new Gauge(l.Series(n)));

    /// <summary>Registers a counter of whole numbers.</summary>
    /// <param name="name">Name as it is printed; a counter's ends in <c>_total</c> unless upstream's does not.</param>
    /// <param name="help">One sentence.</param>
    /// <param name="labels">Fixed labels beside those of the registry.</param>
    public IntCounter IntCounter(string name, string help, params ReadOnlySpan<(string Name, string Value)> labels) =>
        Single(name, MetricType.Counter, help, labels, static (n, l) => new IntCounter(l.Series(n)));

    /// <summary>Registers a gauge of whole numbers.</summary>
    /// <param name="name">Name as it is printed.</param>
    /// <param name="help">One sentence.</param>
    /// <param name="labels">Fixed labels beside those of the registry.</param>
    public IntGauge IntGauge(string name, string help, params ReadOnlySpan<(string Name, string Value)> labels) =>
        Single(name, MetricType.Gauge, help, labels, static (n, l) => new IntGauge(l.Series(n)));

    /// <summary>Registers a histogram.</summary>
    /// <param name="name">Name without <c>_bucket</c>.</param>
    /// <param name="help">One sentence.</param>
    /// <param name="buckets">Upper bounds, ascending; <see cref="HistogramBuckets.Default"/> if null.</param>
    /// <param name="labels">Fixed labels beside those of the registry.</param>
    public Histogram Histogram(string name, string help, IEnumerable<double>? buckets = null, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        var bounds = HistogramBuckets.Normalise(buckets);
        return Single(name, MetricType.Histogram, help, labels, (n, l) => l.Histogram(n, bounds));
    }

    /// <summary>Registers a counter whose total somebody else keeps.</summary>
    /// <param name="name">Name as it is printed.</param>
    /// <param name="help">One sentence.</param>
    /// <param name="read">Reads the total; called at each collection, from any thread.</param>
    /// <param name="labels">Fixed labels beside those of the registry.</param>
    public void CounterFunction(string name, string help, Func<double> read, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        ArgumentNullException.ThrowIfNull(read);
        Single(name, MetricType.Counter, help, labels, (n, l) => new FunctionMetric(l.Series(n), read, this));
    }

    /// <summary>Registers a gauge whose value somebody else keeps.</summary>
    /// <param name="name">Name as it is printed.</param>
    /// <param name="help">One sentence.</param>
    /// <param name="read">Reads the value; called at each collection, from any thread.</param>
    /// <param name="labels">Fixed labels beside those of the registry.</param>
    public void GaugeFunction(string name, string help, Func<double> read, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        ArgumentNullException.ThrowIfNull(read);
        Single(name, MetricType.Gauge, help, labels, (n, l) => new FunctionMetric(l.Series(n), read, this));
    }

    /// <summary>Registers a constant 1 whose labels tell facts, such as a build's version.</summary>
    /// <param name="name">Name ending in <c>_info</c>.</param>
    /// <param name="help">One sentence.</param>
    /// <param name="labels">The facts.</param>
    public void Info(string name, string help, params ReadOnlySpan<(string Name, string Value)> labels) => Gauge(name, help, labels).Set(1);

    /// <summary>Registers counters with variable labels.</summary>
    /// <param name="name">Name as it is printed.</param>
    /// <param name="help">One sentence.</param>
    /// <param name="labelNames">Names of the variable labels, at least one.</param>
    public MetricVector<Counter> CounterVector(string name, string help, params ReadOnlySpan<string> labelNames) =>
        Vector(name, MetricType.Counter, help, labelNames, static (n, l) => new Counter(l.Series(n)));

    /// <summary>Registers gauges with variable labels.</summary>
    /// <param name="name">Name as it is printed.</param>
    /// <param name="help">One sentence.</param>
    /// <param name="labelNames">Names of the variable labels, at least one.</param>
    public MetricVector<Gauge> GaugeVector(string name, string help, params ReadOnlySpan<string> labelNames) =>
        Vector(name, MetricType.Gauge, help, labelNames, static (n, l) => new Gauge(l.Series(n)));

    /// <summary>Registers counters of whole numbers with variable labels.</summary>
    /// <param name="name">Name as it is printed.</param>
    /// <param name="help">One sentence.</param>
    /// <param name="labelNames">Names of the variable labels, at least one.</param>
    public MetricVector<IntCounter> IntCounterVector(string name, string help, params ReadOnlySpan<string> labelNames) =>
        Vector(name, MetricType.Counter, help, labelNames, static (n, l) => new IntCounter(l.Series(n)));

    /// <summary>Registers gauges of whole numbers with variable labels.</summary>
    /// <param name="name">Name as it is printed.</param>
    /// <param name="help">One sentence.</param>
    /// <param name="labelNames">Names of the variable labels, at least one.</param>
    public MetricVector<IntGauge> IntGaugeVector(string name, string help, params ReadOnlySpan<string> labelNames) =>
        Vector(name, MetricType.Gauge, help, labelNames, static (n, l) => new IntGauge(l.Series(n)));

    /// <summary>Registers histograms with variable labels.</summary>
    /// <param name="name">Name without <c>_bucket</c>.</param>
    /// <param name="help">One sentence.</param>
    /// <param name="buckets">Upper bounds, ascending; <see cref="HistogramBuckets.Default"/> if null.</param>
    /// <param name="labelNames">Names of the variable labels, at least one.</param>
    public MetricVector<Histogram> HistogramVector(string name, string help, IEnumerable<double>? buckets, params ReadOnlySpan<string> labelNames)
    {
        var bounds = HistogramBuckets.Normalise(buckets);
        return Vector(name, MetricType.Histogram, help, labelNames, (n, l) => l.Histogram(n, bounds));
    }

    private T Single<T>(string name, MetricType type, string help, ReadOnlySpan<(string Name, string Value)> labels, Func<string, SeriesLabels, T> create)
        where T : Metric
    {
        name = FullName(name);
        var fixedLabels = FixedLabels(type, labels);
        var metric = create(name, new SeriesLabels(fixedLabels));
        Register(name, type, help, fixedLabels, [], new SingleMember(metric));
        return metric;
    }

    private MetricVector<T> Vector<T>(string name, MetricType type, string help, ReadOnlySpan<string> labelNames, Func<string, SeriesLabels, T> create)
        where T : Metric
    {
        if (labelNames.Length == 0)
        {
            throw new ArgumentException("A vector needs label names; a metric without variable labels is registered as a single one.", nameof(labelNames));
        }

        name = FullName(name);
        var fixedLabels = FixedLabels(type, default);
        var variable = new string[labelNames.Length];
        for (var i = 0; i < variable.Length; i++)
        {
            variable[i] = LabelName(labelNames[i], type);
            CheckNotTaken(variable[i], fixedLabels, variable.AsSpan(0, i));
        }

        var vector = new MetricVector<T>(variable.Length, _options.MaxSeriesPerVector, values =>
            create(name, new SeriesLabels([.. fixedLabels, .. variable.Zip(values)])));
        Register(name, type, help, fixedLabels, variable, vector);
        return vector;
    }

    private void Register(string name, MetricType type, string help, (string Name, string Value)[] fixedLabels, string[] variable, IFamilyMembers members)
    {
        ArgumentNullException.ThrowIfNull(help);
        string[] names = [.. fixedLabels.Select(l => l.Name), .. variable];
        Array.Sort(names, StringComparer.Ordinal);
        var registration = new Registration(FamilyHeader.Create(name, type, help), Owner, fixedLabels, names, members);
        lock (RegistryCatalog.Gate)
        {
            _catalog.Add(registration);
            _registrations.Add(registration);
        }
    }

    private string FullName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (_options.SanitizeNames)
        {
            name = MetricNames.TrySanitizeMetricName(name, out var sanitized)
                ? sanitized
                : throw new ArgumentException($"'{name}' has no character that a metric name may hold.", nameof(name));
        }

        name = _options.NamePrefix + name;
        return MetricNames.IsValidMetricName(name) ? name : throw new ArgumentException($"'{name}' is not a metric name ([a-zA-Z_:][a-zA-Z0-9_:]*).", nameof(name));
    }

    private string LabelName(string name, MetricType type)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (_options.SanitizeNames)
        {
            name = MetricNames.TrySanitizeLabelName(name, out var sanitized)
                ? sanitized
                : throw new ArgumentException($"'{name}' has no character that a label name may hold.", nameof(name));
        }

        if (!MetricNames.IsValidLabelName(name))
        {
            throw new ArgumentException($"'{name}' is not a label name ([a-zA-Z_][a-zA-Z0-9_]*, not starting with __).", nameof(name));
        }

        return name == "le" && type == MetricType.Histogram ? throw new ArgumentException("Label 'le' belongs to the histogram itself.", nameof(name)) : name;
    }

    private (string Name, string Value)[] FixedLabels(MetricType type, ReadOnlySpan<(string Name, string Value)> labels)
    {
        var all = new List<(string Name, string Value)>();
        foreach (var (name, value) in _options.Labels)
        {
            all.Add((LabelName(name, type), value));
        }

        foreach (var (rawName, value) in labels)
        {
            var name = LabelName(rawName, type);
            CheckNotTaken(name, all, default);
            all.Add((name, value));
        }

        return [.. all];
    }

    private void CheckNotTaken(string name, IReadOnlyList<(string Name, string Value)> taken, ReadOnlySpan<string> variable)
    {
        if (_options.ReservedLabels.Contains(name) || _options.Labels.Any(l => l.Name == name))
        {
            throw new ArgumentException($"Label '{name}' is automatically added by '{Owner}' (cannot be overridden).", nameof(name));
        }

        if (taken.Any(l => l.Name == name) || variable.Contains(name))
        {
            throw new ArgumentException($"Duplicate label key '{name}' found in labels.", nameof(name));
        }
    }

    /// <summary>Labels of one handle, and the series made from them.</summary>
    private sealed class SeriesLabels((string Name, string Value)[] labels)
    {
        internal Series Series(string name) => Build(name, null);

        internal Histogram Histogram(string name, double[] bounds) => new(
            bounds,
            [.. bounds.Select(b => Build(name + "_bucket", MetricNumber.ToText(b)))],
            Build(name + "_count", null),
            Build(name + "_sum", null));

        private Series Build(string name, string? bound)
        {
            var set = new LabelSet();
            foreach (var (key, value) in labels)
            {
                set.Add(key, value);
            }

            if (bound is not null)
            {
                set.Add("le", bound);
            }

            return set.ToSeries(Encoding.UTF8.GetBytes(name));
        }
    }
}
