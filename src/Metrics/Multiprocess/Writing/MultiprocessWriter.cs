using DynamoAspire.Metrics.Naming;
using DynamoAspire.Metrics.Registry;
using DynamoAspire.Metrics.Writing;

namespace DynamoAspire.Metrics.Multiprocess.Writing;

/// <summary>
/// Lets this process take part in a <c>PROMETHEUS_MULTIPROC_DIR</c> beside Python ones: it writes the files that prometheus_client 0.18 and later write and read.
/// </summary>
/// <remarks>
/// One writer per directory and identifier. Files grow and are never shortened; values of an earlier process with the same identifier are continued, as Python does.
/// Thread-safe; after <see cref="Dispose"/> updates are ignored and the files stay.
/// </remarks>
public sealed class MultiprocessWriter : IDisposable
{
    private readonly Dictionary<string, MultiprocessFile> _files = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly MultiprocessWriterOptions _options;
    private bool _disposed;

    /// <summary>Makes a writer; the directory is made if it is missing.</summary>
    public MultiprocessWriter(string directory, MultiprocessWriterOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        _options = options ?? MultiprocessWriterOptions.Default;
        if (_options.Identifier.Length == 0 || _options.Identifier.AsSpan().ContainsAny('_', '/', '\\'))
        {
            throw new ArgumentException($"Identifier '{_options.Identifier}' must not be empty nor hold '_', '/' or '\\'.", nameof(options));
        }

        Directory = directory;
        System.IO.Directory.CreateDirectory(directory);
    }

    /// <summary>The directory.</summary>
    public string Directory { get; }

    /// <summary>Last part of this writer's file names.</summary>
    public string Identifier => _options.Identifier;

    internal TimeProvider TimeProvider => _options.TimeProvider;

    /// <summary>A counter. Its samples end in <c>_total</c> whether <paramref name="name"/> does or not.</summary>
    public MultiprocessVector<MultiprocessCounter> Counter(string name, string help, params ReadOnlySpan<string> labelNames)
    {
        CheckNames(name, labelNames);
        var family = name.EndsWith("_total", StringComparison.Ordinal) ? name[..^"_total".Length] : name;
        var file = File("counter");
        return new(labelNames, labels => new MultiprocessCounter(file, file.Entry(MultiprocessKey.Create(family, family + "_total", labels, help))));
    }

    /// <summary>A gauge of the given mode.</summary>
    public MultiprocessVector<MultiprocessGauge> Gauge(string name, string help, GaugeMode mode, params ReadOnlySpan<string> labelNames)
    {
        CheckNames(name, labelNames);
        var file = File("gauge_" + GaugeModes.Word(mode));
        return new(labelNames, labels => new MultiprocessGauge(this, file, file.Entry(MultiprocessKey.Create(name, name, labels, help)), GaugeModes.Plain(mode) == GaugeMode.MostRecent));
    }

    /// <summary>A histogram; <see cref="HistogramBuckets.Default"/> if no bounds are given.</summary>
    public MultiprocessVector<MultiprocessHistogram> Histogram(string name, string help, IEnumerable<double>? buckets, params ReadOnlySpan<string> labelNames)
    {
        CheckNames(name, labelNames);
        if (labelNames.Contains("le"))
        {
            throw new ArgumentException("Label 'le' belongs to the histogram itself.", nameof(labelNames));
        }

        var bounds = HistogramBuckets.Normalise(buckets);
        var file = File("histogram");
        return new(labelNames, labels =>
        {
            var sum = file.Entry(MultiprocessKey.Create(name, name + "_sum", labels, help));
            var counts = new int[bounds.Length];
            for (var i = 0; i < bounds.Length; i++)
            {
                counts[i] = file.Entry(MultiprocessKey.Create(name, name + "_bucket", [.. labels, ("le", MetricNumber.ToText(bounds[i]))], help));
            }

            return new MultiprocessHistogram(file, sum, bounds, counts);
        });
    }

    /// <summary>A summary without quantiles: count and sum.</summary>
    public MultiprocessVector<MultiprocessSummary> Summary(string name, string help, params ReadOnlySpan<string> labelNames)
    {
        CheckNames(name, labelNames);
        var file = File("summary");
        return new(labelNames, labels => new MultiprocessSummary(
            file,
            file.Entry(MultiprocessKey.Create(name, name + "_count", labels, help)),
            file.Entry(MultiprocessKey.Create(name, name + "_sum", labels, help))));
    }

    /// <summary>Removes the files of the live gauge modes of a process that has ended; all else keeps counting. Returns how many were removed.</summary>
    public static int MarkProcessDead(string directory, string identifier)
    {
        ArgumentException.ThrowIfNullOrEmpty(directory);
        ArgumentException.ThrowIfNullOrEmpty(identifier);
        var removed = 0;
        foreach (var mode in Enum.GetValues<GaugeMode>().Where(GaugeModes.IsLive))
        {
            var path = Path.Combine(directory, $"gauge_{GaugeModes.Word(mode)}_{identifier}.db");
            if (System.IO.File.Exists(path))
            {
                System.IO.File.Delete(path);
                removed++;
            }
        }

        return removed;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            foreach (var file in _files.Values)
            {
                file.Dispose();
            }

            _files.Clear();
        }
    }

    private MultiprocessFile File(string prefix)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (!_files.TryGetValue(prefix, out var file))
            {
                _files[prefix] = file = new MultiprocessFile(Path.Combine(Directory, $"{prefix}_{Identifier}.db"));
            }

            return file;
        }
    }

    private static void CheckNames(string name, ReadOnlySpan<string> labelNames)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!MetricNames.IsValidMetricName(name))
        {
            throw new ArgumentException($"'{name}' is not a metric name ([a-zA-Z_:][a-zA-Z0-9_:]*).", nameof(name));
        }

        foreach (var label in labelNames)
        {
            if (!MetricNames.IsValidLabelName(label))
            {
                throw new ArgumentException($"'{label}' is not a label name ([a-zA-Z_][a-zA-Z0-9_]*, not starting with __).", nameof(labelNames));
            }
        }
    }
}
