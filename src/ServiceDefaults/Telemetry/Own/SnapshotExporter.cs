using System.Globalization;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Writing;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using MetricType = OpenTelemetry.Metrics.MetricType;
using OtelMetric = OpenTelemetry.Metrics.Metric;
using PrometheusType = DynamoAspire.Metrics.Model.MetricType;

namespace DynamoAspire.ServiceDefaults.Telemetry.Own;

/// <summary>Turns what OpenTelemetry has collected into metric families. Used by one collection at a time.</summary>
[ExportModes(ExportModes.Pull)]
internal sealed class SnapshotExporter : BaseExporter<OtelMetric>, IPullMetricExporter
{
    private readonly Dictionary<string, FamilyHeader> _headers = new(StringComparer.Ordinal);

    /// <inheritdoc/>
    public Func<int, bool>? Collect { get; set; }

    /// <summary>Where the next export goes.</summary>
    public MetricSnapshot? Destination { get; set; }

    /// <inheritdoc/>
    public override ExportResult Export(in Batch<OtelMetric> batch)
    {
        if (Destination is not { } destination)
        {
            return ExportResult.Failure;
        }

        // Instruments of several meters may share a name: they are one family, and the samples of a family stand together.
        var families = new SortedDictionary<string, List<OtelMetric>>(StringComparer.Ordinal);
        foreach (var metric in batch)
        {
            var name = PrometheusNaming.MetricName(metric.Name, metric.Unit, PrometheusNaming.IsCounter(metric.MetricType));
            if (families.TryGetValue(name, out var same))
            {
                same.Add(metric);
            }
            else
            {
                families.Add(name, [metric]);
            }
        }

        foreach (var (name, metrics) in families)
        {
            var type = TypeOf(metrics[0].MetricType);
            destination.BeginFamily(Header(name, type, metrics[0].Description));
            foreach (var metric in metrics.Where(m => TypeOf(m.MetricType) == type))
            {
                Add(destination, name, metric);
            }
        }

        return ExportResult.Success;
    }

    private static void Add(MetricSnapshot destination, string name, OtelMetric metric)
    {
        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            var labels = Labels(point.Tags);
            if (metric.MetricType == MetricType.Histogram)
            {
                AddHistogram(destination, name, labels, point);
            }
            else
            {
                destination.Add(Series.Create(name, [.. labels]), Value(metric.MetricType, point));
            }
        }
    }

    private static void AddHistogram(MetricSnapshot destination, string name, List<KeyValuePair<string, string>> labels, in MetricPoint point)
    {
        long total = 0;
        foreach (var bucket in point.GetHistogramBuckets())
        {
            total += bucket.BucketCount;
            destination.Add(Series.Create(name + "_bucket", [.. labels, new("le", MetricNumber.ToText(bucket.ExplicitBound))]), total);
        }

        destination.Add(Series.Create(name + "_sum", [.. labels]), point.GetHistogramSum());
        destination.Add(Series.Create(name + "_count", [.. labels]), point.GetHistogramCount());
    }

    private static List<KeyValuePair<string, string>> Labels(ReadOnlyTagCollection tags)
    {
        var labels = new List<KeyValuePair<string, string>>(tags.Count);
        foreach (var (key, value) in tags)
        {
            var name = PrometheusNaming.LabelName(key);
            var text = value switch
            {
                null => "",
                string s => s,
                bool b => b ? "true" : "false",
                double d => MetricNumber.ToText(d),
                float f => MetricNumber.ToText(f),
                IFormattable f => f.ToString(null, CultureInfo.InvariantCulture),
                _ => value.ToString() ?? "",
            };

            // Two keys may become one name; OpenTelemetry then joins their values.
            var same = labels.FindIndex(l => l.Key == name);
            if (same < 0)
            {
                labels.Add(new(name, text));
            }
            else
            {
                labels[same] = new(name, labels[same].Value + ";" + text);
            }
        }

        return labels;
    }

    private static double Value(MetricType type, in MetricPoint point) => type switch
    {
        MetricType.LongSum or MetricType.LongSumNonMonotonic => point.GetSumLong(),
        MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic => point.GetSumDouble(),
        MetricType.LongGauge => point.GetGaugeLastValueLong(),
        _ => point.GetGaugeLastValueDouble(),
    };

    private static PrometheusType TypeOf(MetricType type) => type switch
    {
        MetricType.LongSum or MetricType.DoubleSum => PrometheusType.Counter,
        MetricType.Histogram => PrometheusType.Histogram,
        _ => PrometheusType.Gauge,
    };

    private FamilyHeader Header(string name, PrometheusType type, string? help)
    {
        if (!_headers.TryGetValue(name, out var header) || header.Type != type)
        {
            header = FamilyHeader.Create(name, type, string.IsNullOrEmpty(help) ? null : help);
            _headers[name] = header;
        }

        return header;
    }
}
