using System.Diagnostics.CodeAnalysis;
using DynamoAspire.Metrics.Model;

namespace DynamoAspire.Metrics.Parsing;

/// <summary>The series of a target by how its bodies spell them. Two spellings of one series are one series.</summary>
internal sealed class SeriesIndex
{
    private readonly Dictionary<byte[], KnownSeries> _raw = new(Utf8Comparer.Instance);
    private readonly Dictionary<Series, KnownSeries> _written = [];

    /// <summary>Spellings known.</summary>
    internal int Count => _raw.Count;

    /// <summary>About what it takes, in bytes: entries, and an array per spelling.</summary>
    internal long Bytes { get; private set; }

    internal bool TryFind(ReadOnlySpan<byte> raw, [NotNullWhen(true)] out KnownSeries? series) => _raw.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(raw, out series);

    /// <summary>Adds a spelling that is not known yet; the series known by another one, if there is.</summary>
    internal KnownSeries Add(byte[] raw, Series series)
    {
        if (!_written.TryGetValue(series, out var known))
        {
            known = new KnownSeries(series);
            _written.Add(series, known);
        }

        AddRaw(raw, known);
        return known;
    }

    /// <summary>Adds a series that is known already, from a line that spells it; does nothing if the spelling is there.</summary>
    internal void Restore(ReadOnlySpan<byte> raw, KnownSeries known)
    {
        if (!TryFind(raw, out _))
        {
            AddRaw(raw.ToArray(), known);
            _written.TryAdd(known.Series, known);
        }
    }

    /// <summary>Forgets what the body of a number did not have.</summary>
    internal void Sweep(int stamp)
    {
        foreach (var (raw, known) in _raw)
        {
            if (known.Stamp != stamp)
            {
                _raw.Remove(raw);
                _written.Remove(known.Series);
            }
        }
    }

    private void AddRaw(byte[] raw, KnownSeries known)
    {
        const int Entries = 2 * 28;
        _raw.Add(raw, known);
        Bytes += raw.Length + 24 + Entries;
    }
}
