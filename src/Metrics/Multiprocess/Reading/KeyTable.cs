using DynamoAspire.Metrics.Model;

namespace DynamoAspire.Metrics.Multiprocess.Reading;

/// <summary>
/// All distinct keys of the files of one type. Processes of one program write the same keys, so each is kept and parsed once for all of them. <see cref="Get"/> may be called side by side;
/// what it met for the first time is parsed afterwards, in <see cref="Fresh"/>.
/// </summary>
internal sealed class KeyTable(MetricType type)
{
    private const int MaxLayouts = 16;
    private readonly Dictionary<byte[], KeyInfo> _keys = new(Utf8Comparer.Instance);
    private readonly Lock _gate = new();

    internal MetricType Type { get; } = type;

    internal int Count => _keys.Count;

    /// <summary>Keys that are not parsed yet.</summary>
    internal List<KeyInfo> Fresh { get; } = [];

    /// <summary>The key that a file began with: the first guess for the next file.</summary>
    internal KeyInfo? First { get; set; }

    /// <summary>Bytes in use of the file read last: what to expect of the next.</summary>
    internal int ExpectedBytes { get; set; }

    /// <summary>The layouts known. A new list at every change, because files are read side by side.</summary>
    internal KeyLayout[] Layouts { get; private set; } = [];

    internal KeyInfo Get(ReadOnlySpan<byte> frame)
    {
        lock (_gate)
        {
            var lookup = _keys.GetAlternateLookup<ReadOnlySpan<byte>>();
            if (!lookup.TryGetValue(frame, out var found))
            {
                found = new KeyInfo(frame.ToArray());
                _keys.Add(found.Frame, found);
                Fresh.Add(found);
            }

            return found;
        }
    }

    /// <summary>Makes the keys of a whole file known as a layout; null when there are enough of them, as in a directory where every process has its own series.</summary>
    internal KeyLayout? AddLayout(ReadOnlySpan<KeyInfo> keys)
    {
        lock (_gate)
        {
            if (Layouts.Length >= MaxLayouts || keys.Length == 0)
            {
                return null;
            }

            var layout = new KeyLayout(keys.ToArray());
            Layouts = [layout, .. Layouts];
            return layout;
        }
    }

    /// <summary>Forgets keys that the plan of this number did not meet.</summary>
    internal void Sweep(int stamp)
    {
        foreach (var (frame, key) in _keys)
        {
            // What is left must not lead to what is forgotten.
            if (key.Next is { } next && next.Stamp != stamp)
            {
                key.Next = null;
            }

            if (key.Stamp != stamp)
            {
                _keys.Remove(frame);
            }
        }

        if (First is { } first && first.Stamp != stamp)
        {
            First = null;
        }

        Layouts = [.. Layouts.Where(l => l.SlotsStamp == stamp || l.Surveyed.Stamp == stamp)];
    }
}
