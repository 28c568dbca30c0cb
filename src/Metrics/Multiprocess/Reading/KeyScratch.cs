using System.Text.Json;
using DynamoAspire.Metrics.Model;

namespace DynamoAspire.Metrics.Multiprocess.Reading;

/// <summary>
/// What one worker needs to parse keys without making the same small arrays over and over: thousands of keys share their names, help and most label values. One thread; emptied after
/// every collection.
/// </summary>
internal sealed class KeyScratch
{
    private readonly Dictionary<byte[], byte[]> _texts = new(Utf8Comparer.Instance);
    private byte[] _unescaped = new byte[256];

    internal List<KeyLabel> Labels { get; } = [];

    internal SeriesBuilder Series { get; } = new();

    /// <summary>The text at the reader, unescaped; the same array for the same text.</summary>
    internal byte[] Text(ref Utf8JsonReader reader)
    {
        var source = reader.ValueSpan;
        if (_unescaped.Length < source.Length)
        {
            _unescaped = new byte[source.Length * 2];
        }

        // Copied in any case: that also checks that it is UTF-8.
        var text = _unescaped.AsSpan(0, reader.CopyString(_unescaped));
        var lookup = _texts.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (!lookup.TryGetValue(text, out var found))
        {
            found = text.ToArray();
            _texts.Add(found, found);
        }

        return found;
    }

    internal void Clear()
    {
        _texts.Clear();
        if (_unescaped.Length > 4096)
        {
            _unescaped = new byte[256];
        }
    }
}
