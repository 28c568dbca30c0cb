using System.Text;
using DynamoAspire.Metrics.Model;

namespace DynamoAspire.Metrics.Multiprocess.Reading;

/// <summary>How keys become series and groups of series.</summary>
internal sealed partial class CollectionPlan
{
    private readonly SeriesBuilder _builder = new();

    private static ReadOnlySpan<byte> PidLabel => "pid"u8;

    /// <summary>Series of a gauge that is merged over processes. Also a label <c>pid</c> of the user's own goes, as in the reference.</summary>
    private Series GaugeSeries(KeyInfo key) => new(_builder.Text(key.SampleName, key.Labels, PidLabel).ToArray(), key.SampleName.Length);

    private Series WithPid(KeyInfo key, string pid) =>
        new(_builder.Text(key.SampleName, key.Labels, PidLabel, Encoding.UTF8.GetBytes(pid), hasExtra: true).ToArray(), key.SampleName.Length);

    private Series CountSeries(FamilyInfo family, KeyInfo key)
    {
        byte[] name = [.. family.Name, .. "_count"u8];
        return new Series(_builder.Text(name, key.Labels).ToArray(), name.Length);
    }

    private SampleGroup Group(FamilyInfo family, KeyInfo key)
    {
        // Counters and gauges have one sample per label set: one group holds them all in order.
        var single = family.Type is MetricType.Counter or MetricType.Gauge;
        if (family.LastGroup is { } last && (single || SameLabels(family.LastLabels, key.Labels)))
        {
            return last;
        }

        var labels = single ? default : _builder.Text(default, key.Labels);
        var groups = family.GroupsByLabels.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (!groups.TryGetValue(labels, out var group))
        {
            groups[labels] = group = new SampleGroup();
            family.Groups.Add(group);
        }

        family.LastGroup = group;
        family.LastLabels = key.Labels;
        return group;
    }

    private static bool SameLabels(ReadOnlySpan<KeyLabel> a, ReadOnlySpan<KeyLabel> b)
    {
        if (a.Length != b.Length)
        {
            return false;
        }

        for (var i = 0; i < a.Length; i++)
        {
            if (!Same(a[i].Name, b[i].Name) || !Same(a[i].Value, b[i].Value))
            {
                return false;
            }
        }

        return true;

        static bool Same(byte[] x, byte[] y) => ReferenceEquals(x, y) || x.AsSpan().SequenceEqual(y);
    }
}
