using System.Text;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Writing;

namespace DynamoAspire.Metrics.Multiprocess.Reading;

/// <summary>How keys become series.</summary>
internal sealed partial class CollectionPlan
{
    private static ReadOnlySpan<byte> PidLabel => "pid"u8;

    /// <summary>Series of an entry that is merged over processes.</summary>
    private static Series PlainSeries(FamilyInfo family, KeyInfo key)
    {
        if (key.IsBucket)
        {
            var (name, labels) = Named(key, family, "_bucket"u8);
            labels.Add("le"u8.ToArray(), Encoding.ASCII.GetBytes(MetricNumber.ToText(key.Bound)));
            return labels.ToSeries(name);
        }

        var copy = Copy(key.Labels);

        // Of a merged gauge also a label pid of the user's own goes, as in the reference.
        if (family.Type == MetricType.Gauge && copy.IndexOf(PidLabel) is var pid and >= 0)
        {
            copy.RemoveAt(pid);
        }

        return copy.ToSeries(key.SampleName);
    }

    private static Series WithPid(KeyInfo key, string pid)
    {
        var labels = Copy(key.Labels);
        labels.Set(PidLabel.ToArray(), Encoding.UTF8.GetBytes(pid));
        return labels.ToSeries(key.SampleName);
    }

    private static NamedLabels Named(KeyInfo key, FamilyInfo family, ReadOnlySpan<byte> suffix) => new([.. family.Name, .. suffix], Copy(key.Labels));

    private static LabelSet Copy(LabelSet labels)
    {
        var copy = new LabelSet();
        for (var i = 0; i < labels.Count; i++)
        {
            copy.Add(labels[i].Name, labels[i].Value);
        }

        return copy;
    }

    private readonly record struct NamedLabels(byte[] Name, LabelSet Labels)
    {
        internal Series ToSeriesOf() => Labels.ToSeries(Name);
    }
}
