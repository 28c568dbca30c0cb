using System.Text;
using DynamoAspire.Metrics.Model;

namespace DynamoAspire.Metrics.Serving;

/// <summary>
/// The parameter <c>name[]</c> of scrapes, as client libraries have it: the name of a family, with or without the suffix of its type, lets all of it pass; the name of a sample
/// (<c>x_bucket</c>, <c>x_created</c>) lets those samples pass. Immutable.
/// </summary>
public sealed class NameFilter
{
    /// <summary>No more names than this are looked at.</summary>
    public const int MaxNames = 1000;

    private readonly HashSet<byte[]> _names;

    private NameFilter(HashSet<byte[]> names) => _names = names;

    /// <summary>Makes a filter; null if there is nothing to filter by.</summary>
    public static NameFilter? Of(IEnumerable<string?> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        var set = new HashSet<byte[]>(Utf8Comparer.Instance);
        foreach (var name in names.Take(MaxNames))
        {
            if (!string.IsNullOrEmpty(name))
            {
                set.Add(Encoding.UTF8.GetBytes(name));
            }
        }

        return set.Count == 0 ? null : new NameFilter(set);
    }

    /// <summary>Clears the destination and fills it with what passes.</summary>
    public void Apply(MetricSnapshot source, MetricSnapshot destination)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(destination);
        destination.Clear();
        var names = _names.GetAlternateLookup<ReadOnlySpan<byte>>();
        for (var i = 0; i < source.FamilyCount; i++)
        {
            var family = source[i];
            if (names.Contains(family.Header.Name) || names.Contains(family.Header.TextName))
            {
                destination.BeginFamily(family.Header);
                destination.AddRange(family.Samples);
                continue;
            }

            var begun = false;
            foreach (ref readonly var sample in family.Samples)
            {
                if (!names.Contains(sample.Series.Name))
                {
                    continue;
                }

                if (!begun)
                {
                    destination.BeginFamily(family.Header);
                    begun = true;
                }

                destination.Add(sample);
            }
        }
    }
}
