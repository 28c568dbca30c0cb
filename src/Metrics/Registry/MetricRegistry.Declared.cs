using DynamoAspire.Metrics.Model;

namespace DynamoAspire.Metrics.Registry;

public sealed partial class MetricRegistry
{
    /// <summary>Registers a counter as it is declared.</summary>
    /// <param name="definition">What to register.</param>
    /// <param name="labels">Fixed labels beside those of the registry.</param>
    public Counter Counter(MetricDefinition definition, params ReadOnlySpan<(string Name, string Value)> labels) =>
        Counter(Checked(definition, MetricKind.Counter).Name, definition.Help, labels);

    /// <summary>Registers a gauge as it is declared.</summary>
    /// <param name="definition">What to register.</param>
    /// <param name="labels">Fixed labels beside those of the registry.</param>
    public Gauge Gauge(MetricDefinition definition, params ReadOnlySpan<(string Name, string Value)> labels) =>
        Gauge(Checked(definition, MetricKind.Gauge).Name, definition.Help, labels);

    /// <summary>Registers a histogram as it is declared.</summary>
    /// <param name="definition">What to register.</param>
    /// <param name="labels">Fixed labels beside those of the registry.</param>
    public Histogram Histogram(MetricDefinition definition, params ReadOnlySpan<(string Name, string Value)> labels) =>
        Histogram(Checked(definition, MetricKind.Histogram).Name, definition.Help, definition.Buckets, labels);

    /// <summary>Registers a counter of whole numbers as it is declared.</summary>
    /// <param name="definition">What to register.</param>
    /// <param name="labels">Fixed labels beside those of the registry.</param>
    public IntCounter IntCounter(MetricDefinition definition, params ReadOnlySpan<(string Name, string Value)> labels) =>
        IntCounter(Checked(definition, MetricKind.IntCounter).Name, definition.Help, labels);

    /// <summary>Registers a gauge of whole numbers as it is declared.</summary>
    /// <param name="definition">What to register.</param>
    /// <param name="labels">Fixed labels beside those of the registry.</param>
    public IntGauge IntGauge(MetricDefinition definition, params ReadOnlySpan<(string Name, string Value)> labels) =>
        IntGauge(Checked(definition, MetricKind.IntGauge).Name, definition.Help, labels);

    /// <summary>Registers a constant 1 as it is declared, whose labels tell facts.</summary>
    /// <param name="definition">What to register.</param>
    /// <param name="labels">The facts.</param>
    public void Info(MetricDefinition definition, params ReadOnlySpan<(string Name, string Value)> labels) => Gauge(definition, labels).Set(1);

    /// <summary>Registers counters with variable labels as they are declared.</summary>
    public MetricVector<Counter> CounterVector(MetricDefinition definition) =>
        CounterVector(Checked(definition, MetricKind.CounterVector).Name, definition.Help, [.. definition.Labels]);

    /// <summary>Registers gauges with variable labels as they are declared.</summary>
    public MetricVector<Gauge> GaugeVector(MetricDefinition definition) =>
        GaugeVector(Checked(definition, MetricKind.GaugeVector).Name, definition.Help, [.. definition.Labels]);

    /// <summary>Registers histograms with variable labels as they are declared.</summary>
    public MetricVector<Histogram> HistogramVector(MetricDefinition definition) =>
        HistogramVector(Checked(definition, MetricKind.HistogramVector).Name, definition.Help, definition.Buckets, [.. definition.Labels]);

    /// <summary>Registers counters of whole numbers with variable labels as they are declared.</summary>
    public MetricVector<IntCounter> IntCounterVector(MetricDefinition definition) =>
        IntCounterVector(Checked(definition, MetricKind.IntCounterVector).Name, definition.Help, [.. definition.Labels]);

    /// <summary>Registers gauges of whole numbers with variable labels as they are declared.</summary>
    public MetricVector<IntGauge> IntGaugeVector(MetricDefinition definition) =>
        IntGaugeVector(Checked(definition, MetricKind.IntGaugeVector).Name, definition.Help, [.. definition.Labels]);

    /// <summary>Registers a counter or gauge without variable labels, as it is declared, whose value somebody else keeps.</summary>
    /// <param name="definition">What to register.</param>
    /// <param name="read">Reads the value; called at each collection, from any thread.</param>
    /// <param name="labels">Fixed labels beside those of the registry.</param>
    public void Function(MetricDefinition definition, Func<double> read, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        ArgumentNullException.ThrowIfNull(definition);
        definition.Check(definition.Kind);
        if (definition.IsVector || definition.Type == MetricType.Histogram)
        {
            throw new ArgumentException($"{definition.Kind} '{definition.Name}' cannot be read from a function.", nameof(definition));
        }

        if (definition.Type == MetricType.Counter)
        {
            CounterFunction(definition.Name, definition.Help, read, labels);
        }
        else
        {
            GaugeFunction(definition.Name, definition.Help, read, labels);
        }
    }

    /// <summary>Registers whatever is declared, for code that goes over a table; gives the handle or the vector.</summary>
    public object Create(MetricDefinition definition)
    {
        ArgumentNullException.ThrowIfNull(definition);
        return definition.Kind switch
        {
            MetricKind.Counter => Counter(definition),
            MetricKind.Gauge => Gauge(definition),
            MetricKind.Histogram => Histogram(definition),
            MetricKind.IntCounter => IntCounter(definition),
            MetricKind.IntGauge => IntGauge(definition),
            MetricKind.CounterVector => CounterVector(definition),
            MetricKind.GaugeVector => GaugeVector(definition),
            MetricKind.HistogramVector => HistogramVector(definition),
            MetricKind.IntCounterVector => IntCounterVector(definition),
            MetricKind.IntGaugeVector => IntGaugeVector(definition),
            _ => throw new ArgumentOutOfRangeException(nameof(definition), definition.Kind, "No such kind."),
        };
    }

    private static MetricDefinition Checked(MetricDefinition definition, MetricKind kind)
    {
        ArgumentNullException.ThrowIfNull(definition);
        definition.Check(kind);
        return definition;
    }
}
