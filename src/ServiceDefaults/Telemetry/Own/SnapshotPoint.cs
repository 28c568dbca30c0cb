using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Writing;

namespace DynamoAspire.ServiceDefaults.Telemetry.Own;

/// <summary>One series as OpenTelemetry has collected it: a value, or a histogram with its buckets (not cumulative).</summary>
internal sealed class SnapshotPoint(List<KeyValuePair<string, string>> labels, double value, long count = 0, List<KeyValuePair<double, long>>? buckets = null)
{
    private double _value = value;
    private long _count = count;

    /// <summary>Adds what another instrument counted for the same series. A histogram with other bounds cannot be added; the first stands.</summary>
    public void Add(SnapshotPoint other)
    {
        if (buckets is not null)
        {
            if (other.Buckets is not { } added || !buckets.Select(b => b.Key).SequenceEqual(added.Select(b => b.Key)))
            {
                return;
            }

            for (var i = 0; i < buckets.Count; i++)
            {
                buckets[i] = new(buckets[i].Key, buckets[i].Value + added[i].Value);
            }

            _count += other._count;
        }

        _value += other._value;
    }

    /// <summary>Writes the series into the family that was begun.</summary>
    public void Write(MetricSnapshot destination, string name)
    {
        if (buckets is null)
        {
            destination.Add(Series.Create(name, [.. labels]), _value);
            return;
        }

        long total = 0;
        foreach (var (bound, number) in buckets)
        {
            total += number;
            destination.Add(Series.Create(name + "_bucket", [.. labels, new("le", MetricNumber.ToText(bound))]), total);
        }

        destination.Add(Series.Create(name + "_sum", [.. labels]), _value);
        destination.Add(Series.Create(name + "_count", [.. labels]), _count);
    }

    private List<KeyValuePair<double, long>>? Buckets => buckets;
}
