using DynamoAspire.Metrics.Model;

namespace DynamoAspire.Metrics.Registration;

/// <summary>Which names a family takes in a registry: its own and those that its type can put behind it, as Python's <c>CollectorRegistry</c> reckons.</summary>
public static class TimeseriesNames
{
    /// <summary>The names, the family's own first.</summary>
    public static IReadOnlyList<string> Of(FamilyHeader header)
    {
        ArgumentNullException.ThrowIfNull(header);
        var name = header.DisplayName;
        return [name, .. Suffixes(header.Type).Select(s => name + s)];
    }

    private static string[] Suffixes(MetricType type) => type switch
    {
        MetricType.Counter => ["_total", "_created"],
        MetricType.Summary => ["_sum", "_count", "_created"],
        MetricType.Histogram => ["_bucket", "_sum", "_count", "_created"],
        MetricType.GaugeHistogram => ["_bucket", "_gsum", "_gcount"],
        MetricType.Info => ["_info"],
        _ => [],
    };

    /// <summary>The names of all families of a snapshot.</summary>
    internal static HashSet<string> Of(MetricSnapshot snapshot)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < snapshot.FamilyCount; i++)
        {
            names.UnionWith(Of(snapshot[i].Header));
        }

        return names;
    }
}
