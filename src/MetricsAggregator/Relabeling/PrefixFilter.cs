using System.Text;

namespace DynamoAspire.MetricsAggregator.Relabeling;

/// <summary>Which families of a source are taken, by how their names begin. Immutable.</summary>
internal sealed class PrefixFilter
{
    private readonly byte[][] _include;
    private readonly byte[][] _exclude;

    public PrefixFilter(IReadOnlyList<string> include, IReadOnlyList<string> exclude)
    {
        _include = [.. include.SelectMany(Spellings).Select(Encoding.UTF8.GetBytes)];
        _exclude = [.. exclude.SelectMany(Spellings).Select(Encoding.UTF8.GetBytes)];
    }

    public static PrefixFilter All { get; } = new([], []);

    public bool PassesAll => _include.Length == 0 && _exclude.Length == 0;

    /// <summary>Whether a name begins with none of the excluded prefixes and, if any are included, with one of those.</summary>
    public bool Passes(ReadOnlySpan<byte> name) => !Any(_exclude, name) && (_include.Length == 0 || Any(_include, name));

    // Dynamo writes the prefix dynamo_component: but means dynamo_component_, the spelling of its metrics.
    private static IEnumerable<string> Spellings(string prefix) =>
        prefix == "dynamo_component:" ? [prefix, "dynamo_component_"] : [prefix];

    private static bool Any(byte[][] prefixes, ReadOnlySpan<byte> name)
    {
        foreach (var prefix in prefixes)
        {
            if (name.StartsWith(prefix))
            {
                return true;
            }
        }

        return false;
    }
}
