using DynamoAspire.Metrics.Merging;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Naming;

namespace DynamoAspire.Metrics.Writing;

/// <summary>A snapshot under the names that a scheme makes of its own. Two families may get one name by it; the merge then makes them one, or drops the later.</summary>
internal static class EscapedSnapshot
{
    private static readonly MergeSource s_source = new("escaped names", "escaped names");

    internal static MetricSnapshot Of(MetricSnapshot source, NameEscaping escaping)
    {
        var escaped = new MetricSnapshot { MayRepeat = true };
        for (var i = 0; i < source.FamilyCount; i++)
        {
            var family = source[i];
            var header = family.Header.Escaped(escaping);
            escaped.BeginFamily(header);
            foreach (ref readonly var sample in family.Samples)
            {
                escaped.Add(sample with { Series = sample.Series.Escaped(escaping, family.Header, header) });
            }
        }

        var merge = new FamilyMerge();
        merge.Add(escaped, s_source);
        var joined = new MetricSnapshot();
        merge.Build(joined);
        return joined;
    }
}
