using DynamoAspire.Metrics.Model;

namespace DynamoAspire.Metrics.Multiprocess.Reading;

/// <summary>All distinct keys of the files of one type. Processes of one program write the same keys, so each is parsed once for all of them.</summary>
internal sealed class KeyTable(MetricType type, KeyParser parser)
{
    private readonly Dictionary<byte[], KeyInfo> _keys = new(Utf8Comparer.Instance);

    internal int Count => _keys.Count;

    internal KeyInfo Get(ReadOnlySpan<byte> key)
    {
        var lookup = _keys.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (lookup.TryGetValue(key, out var found))
        {
            return found;
        }

        var parsed = parser.Parse(key, type);
        _keys.Add(parsed.Raw, parsed);
        return parsed;
    }

    /// <summary>Forgets keys that the plan of this number did not meet.</summary>
    internal void Sweep(int stamp)
    {
        foreach (var (raw, key) in _keys)
        {
            if (key.Stamp != stamp)
            {
                _keys.Remove(raw);
            }
        }
    }
}
