using System.Text;

namespace DynamoAspire.Metrics.Multiprocess.Reading;

/// <summary>What is known of one file: its keys, and the values of the last reading.</summary>
/// <remarks>
/// What proves a cached key is its bytes, compared at every read at the offset where they stand: a file that was replaced, wiped or continued by another process with the
/// same id is noticed however its size, time and inode look, and only from the first byte on that differs is it parsed again.
/// </remarks>
internal sealed partial class MultiprocessFileState
{
    private readonly byte[] _nameZeroTerminated;
    private readonly string _directoryPath;
    private KeyInfo[] _keys = [];
    private KeyLayout? _layout;
    private double[] _values = [];
    private double[] _timestamps = [];

    internal MultiprocessFileState(string directory, string name, bool needsModified)
    {
        Name = name;
        _directoryPath = directory;
        NameUtf8 = Encoding.UTF8.GetBytes(name);
        _nameZeroTerminated = [.. NameUtf8, 0];
        IsForeign = !MultiprocessFileName.TryParse(name, out var parsed);
        Parsed = parsed;
        _needsModified = needsModified && parsed.Type == Model.MetricType.Gauge;
        _needsTimes = parsed is { Type: Model.MetricType.Gauge, Mode: GaugeMode.MostRecent or GaugeMode.LiveMostRecent };
    }

    internal string Name { get; }

    internal byte[] NameUtf8 { get; }

    internal bool IsForeign { get; }

    internal MultiprocessFileName Parsed { get; }

    /// <summary>Number of the listing that saw it last.</summary>
    internal int Listing { get; set; }

    internal MultiprocessSkipReason? Skip { get; private set; }

    internal int Count { get; private set; }

    /// <summary>Whether the keys are others than when the plan was made.</summary>
    internal bool Changed { get; set; } = true;

    /// <summary>Bytes in use, as far as they were read.</summary>
    internal long Bytes { get; private set; }

    /// <summary>Where the plan wants the values.</summary>
    internal int[] Slots { get; set; } = [];

    /// <summary>Whether no other file has the same array of slots.</summary>
    internal bool OwnsSlots { get; set; }

    internal ReadOnlySpan<KeyInfo> Keys => _keys.AsSpan(0, Count);

    internal ReadOnlySpan<double> Values => _values.AsSpan(0, Count);

    /// <summary>Times of the values; empty where no mode needs them, zero in files of the first generation.</summary>
    internal ReadOnlySpan<double> Timestamps => _timestamps.AsSpan(0, _needsTimes ? Count : 0);

    /// <summary>Says that the file is left out, with all its entries.</summary>
    internal void Reject(MultiprocessSkipReason reason)
    {
        _outcome = reason;
        Bytes = 0;
        Truncate(0);
    }

    /// <summary>Once its keys are parsed: whether all of them are keys.</summary>
    internal void CheckKeys()
    {
        if (!Changed)
        {
            return;
        }

        _hasBadKey = false;
        foreach (var key in Keys)
        {
            _hasBadKey |= key.Family is null;
        }
    }

    /// <summary>The layout that the keys are the beginning of, or null if the file has keys of its own.</summary>
    internal KeyLayout? Layout => _layout;

    /// <summary>Takes a layout whose keys the file's entries are then compared with.</summary>
    private void Adopt(KeyLayout layout)
    {
        _layout = layout;
        _keys = layout.Keys;
        EnsureValues(_keys.Length, exact: true);
    }

    /// <summary>After a whole file has been read: others probably have the same keys.</summary>
    private void Offer(KeyTable keys)
    {
        if (_layout is null && Changed && keys.AddLayout(Keys) is { } layout)
        {
            _layout = layout;
            _keys = layout.Keys;
            EnsureValues(Count, exact: true);
        }
    }

    private void Append(KeyInfo key)
    {
        if (_layout is not null || Count == _keys.Length)
        {
            var own = new KeyInfo[Math.Max(16, Count + (Count / 2))];
            Keys.CopyTo(own);
            _keys = own;
            _layout = null;
        }

        EnsureValues(Count + 1, exact: false);
        _keys[Count++] = key;
        Changed = true;
    }

    private void EnsureValues(int count, bool exact)
    {
        if (count > _values.Length || (exact && count < _values.Length))
        {
            var size = exact ? count : Math.Max(_keys.Length, count);
            Array.Resize(ref _values, size);
            if (_needsTimes)
            {
                Array.Resize(ref _timestamps, size);
            }
        }
    }

    private void Truncate(int count)
    {
        if (count < Count)
        {
            if (_layout is null)
            {
                Array.Clear(_keys, count, Count - count);
            }

            Count = count;
            Changed = true;
        }
    }
}
