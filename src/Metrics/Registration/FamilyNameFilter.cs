using System.Text;

namespace DynamoAspire.Metrics.Registration;

/// <summary>Which families are let through, by the start of their names. Immutable.</summary>
public sealed class FamilyNameFilter
{
    private readonly byte[][] _include;
    private readonly byte[][] _exclude;

    /// <summary>Makes a filter.</summary>
    /// <param name="prefixes">Starts of the names let through; empty lets all through.</param>
    /// <param name="exclude">Starts of the names held back even so.</param>
    /// <param name="equivalents">Further spellings of a prefix: where the first is asked for, the second matches too.</param>
    public FamilyNameFilter(IReadOnlyList<string> prefixes, IReadOnlyList<string> exclude, IReadOnlyList<(string Prefix, string Also)> equivalents)
    {
        ArgumentNullException.ThrowIfNull(prefixes);
        ArgumentNullException.ThrowIfNull(exclude);
        ArgumentNullException.ThrowIfNull(equivalents);
        _include = Spell(prefixes, equivalents, nameof(prefixes));
        _exclude = Spell(exclude, equivalents, nameof(exclude));
    }

    /// <summary>Whether a name is let through.</summary>
    public bool Passes(ReadOnlySpan<byte> name) => Match(name) >= 0;

    /// <summary>Length of the prefix that lets the name through, 0 when all names are; -1 if it is held back.</summary>
    internal int Match(ReadOnlySpan<byte> name)
    {
        foreach (var prefix in _exclude)
        {
            if (name.StartsWith(prefix))
            {
                return -1;
            }
        }

        foreach (var prefix in _include)
        {
            if (name.StartsWith(prefix))
            {
                return prefix.Length;
            }
        }

        return _include.Length == 0 ? 0 : -1;
    }

    private static byte[][] Spell(IReadOnlyList<string> prefixes, IReadOnlyList<(string Prefix, string Also)> equivalents, string parameter)
    {
        if (prefixes.Any(string.IsNullOrEmpty))
        {
            throw new ArgumentException("A prefix is empty; leave the list empty to let all families through.", parameter);
        }

        return [.. prefixes.Concat(equivalents.Where(e => prefixes.Contains(e.Prefix)).Select(e => e.Also)).Distinct().Select(Encoding.UTF8.GetBytes)];
    }
}
