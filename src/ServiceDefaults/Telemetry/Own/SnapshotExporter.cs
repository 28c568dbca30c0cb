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
            foreach (var point in Points(metrics.Where(m => TypeOf(m.MetricType) == type)))
            {
                point.Write(destination, name);
            }
        }

        return ExportResult.Success;
    }

    /// <summary>
    /// Every series once. Instruments of the same name and labels exist side by side when a library makes its meter more than once in a process
    /// (two hosts, two HTTP handlers): what they count is added up, of gauges the last one stands.
    /// </summary>
    private static OrderedDictionary<string, SnapshotPoint>.ValueCollection Points(IEnumerable<OtelMetric> metrics)
    {
        var points = new OrderedDictionary<string, SnapshotPoint>(StringComparer.Ordinal);
        foreach (var metric in metrics)
        {
            foreach (ref readonly var point in metric.GetMetricPoints())
            {
                var labels = Labels(point.Tags);
                labels.Sort(static (x, y) => string.CompareOrdinal(x.Key, y.Key));
                var key = string.Join('\u001f', labels.Select(l => l.Key + "\u001e" + l.Value));
                var read = metric.MetricType == MetricType.Histogram ? Histogram(labels, point) : new SnapshotPoint(labels, Value(metric.MetricType, point));
                if (!points.TryGetValue(key, out var known))
                {
                    points.Add(key, read);
                }
                else if (metric.MetricType is MetricType.LongGauge or MetricType.DoubleGauge)
                {
                    points[key] = read;
                }
                else
                {
                    known.Add(read);
                }
            }
        }

        return points.Values;
    }

    private static SnapshotPoint Histogram(List<KeyValuePair<string, string>> labels, in MetricPoint point)
    {
        var buckets = new List<KeyValuePair<double, long>>();
        foreach (var bucket in point.GetHistogramBuckets())
        {
            buckets.Add(new(bucket.ExplicitBound, bucket.BucketCount));
        }

        return new SnapshotPoint(labels, point.GetHistogramSum(), point.GetHistogramCount(), buckets);
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
