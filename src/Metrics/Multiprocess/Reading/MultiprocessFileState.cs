using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace DynamoAspire.Metrics.Multiprocess.Reading;

/// <summary>
/// One file: its keys, parsed once, and its values, read at every collection.
/// </summary>
/// <remarks>
/// What proves a cached key is its bytes, compared at every read at the offset where they stand: a file that was replaced, wiped or continued by another process with the
/// same id is noticed however its size, time and inode look, and only from the first byte on that differs is it parsed again.
/// </remarks>
internal sealed class MultiprocessFileState
{
    private readonly byte[] _pathUtf8;
    private KeyInfo[] _keys = [];
    private double[] _values = [];
    private double[] _timestamps = [];
    private bool _hasTimestamps = true;
    private (int Used, long Limit) _damagedAt;

    internal MultiprocessFileState(string directory, string name)
    {
        Name = name;
        Path = System.IO.Path.Combine(directory, name);
        NameUtf8 = Encoding.UTF8.GetBytes(name);
        _pathUtf8 = Encoding.UTF8.GetBytes(Path + '\0');
        IsForeign = !MultiprocessFileName.TryParse(name, out var parsed);
        Parsed = parsed;
    }

    internal string Name { get; }

    internal string Path { get; }

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

    internal ReadOnlySpan<KeyInfo> Keys => _keys.AsSpan(0, Count);

    internal ReadOnlySpan<double> Values => _values.AsSpan(0, Count);

    /// <summary>Times of the values; all zero in files of the first generation.</summary>
    internal ReadOnlySpan<double> Timestamps => _timestamps.AsSpan(0, Count);

    /// <summary>Reads the file.</summary>
    internal void Read(FileWindow window, KeyTable keys, MultiprocessDirectoryOptions options)
    {
        Skip = null;
        Bytes = 0;
        var status = PlainFile.Open(Path, _pathUtf8, out var file);
        if (status != PlainFile.OpenStatus.Opened)
        {
            Reject(status switch
            {
                PlainFile.OpenStatus.Missing => MultiprocessSkipReason.Vanished,
                PlainFile.OpenStatus.NotAFile => MultiprocessSkipReason.NotAFile,
                _ => MultiprocessSkipReason.Unreadable,
            });
            return;
        }

        try
        {
            ReadOpen(file, window, keys, options);
        }
        finally
        {
            file.Dispose();
        }
    }

    /// <summary>Says that the file is left out, with all its entries.</summary>
    internal void Reject(MultiprocessSkipReason reason)
    {
        Skip = reason;
        Truncate(0);
    }

    private void ReadOpen(in PlainFile file, FileWindow window, KeyTable keys, MultiprocessDirectoryOptions options)
    {
        window.Begin(file);
        var header = window.At(0, MultiprocessLayout.LengthSize);
        if (header.IsEmpty)
        {
            Reject(file.Length switch
            {
                0 => MultiprocessSkipReason.ZeroLength,
                < MultiprocessLayout.LengthSize => MultiprocessSkipReason.Torn,
                _ => MultiprocessSkipReason.Unreadable,
            });
            return;
        }

        // Read once: entries that are added from now on are the next collection's.
        var used = MemoryMarshal.Read<int>(header);
        if (used <= MultiprocessLayout.HeaderSize)
        {
            Truncate(0);
            return;
        }

        var limit = Math.Min(used, file.Length);
        if (limit > options.MaxFileBytes)
        {
            Reject(MultiprocessSkipReason.TooLarge);
            return;
        }

        Bytes = limit;
        var clean = Walk(window, used, limit, keys, options);
        if (!clean && (Changed || (used, limit) != _damagedAt))
        {
            // The same damage is not looked into at every collection, but as soon as the file has moved on it is.
            clean = TryOtherGeneration(window, used, limit, keys, options);
            _damagedAt = clean ? default : (used, limit);
        }

        Skip = !clean ? MultiprocessSkipReason.Torn : HasBadKey() ? MultiprocessSkipReason.BadKey : null;
    }

    /// <summary>
    /// Nothing in a file says of which generation it is. The one that walks from entry to entry exactly to the end is; if neither does, the one that gets further.
    /// </summary>
    private bool TryOtherGeneration(FileWindow window, int used, long limit, KeyTable keys, MultiprocessDirectoryOptions options)
    {
        var (clean, entries) = Probe(window, used, limit, !_hasTimestamps, options);
        if (!clean && entries <= Count)
        {
            return false;
        }

        _hasTimestamps = !_hasTimestamps;
        return Walk(window, used, limit, keys, options);
    }

    private static (bool Clean, int Entries) Probe(FileWindow window, int used, long limit, bool hasTimestamps, MultiprocessDirectoryOptions options)
    {
        long at = MultiprocessLayout.HeaderSize;
        var entries = 0;
        while (at < used)
        {
            if (!TryFrame(window, at, limit, hasTimestamps, options, out _, out _, out var size))
            {
                return (false, entries);
            }

            at += size;
            entries++;
        }

        return (at == used, entries);
    }

    private bool Walk(FileWindow window, int used, long limit, KeyTable keys, MultiprocessDirectoryOptions options)
    {
        long at = MultiprocessLayout.HeaderSize;
        var index = 0;
        while (at < used)
        {
            if (!TryFrame(window, at, limit, _hasTimestamps, options, out var key, out var tail, out var size))
            {
                Truncate(index);
                return false;
            }

            if (index >= Count || !key.SequenceEqual(_keys[index].Raw))
            {
                Truncate(index);
                Append(keys.Get(key));
            }

            _values[index] = MemoryMarshal.Read<double>(tail);
            _timestamps[index] = _hasTimestamps ? MemoryMarshal.Read<double>(tail[sizeof(double)..]) : 0;
            at += size;
            index++;
        }

        Truncate(index);
        return at == used;
    }

    private static bool TryFrame(
        FileWindow window,
        long at,
        long limit,
        bool hasTimestamps,
        MultiprocessDirectoryOptions options,
        out ReadOnlySpan<byte> key,
        out ReadOnlySpan<byte> tail,
        out int size)
    {
        key = default;
        tail = default;
        size = 0;
        if (at + MultiprocessLayout.LengthSize > limit)
        {
            return false;
        }

        var entry = window.At(at, MultiprocessLayout.LengthSize);
        if (entry.IsEmpty)
        {
            return false;
        }

        var length = MemoryMarshal.Read<int>(entry);
        if (length < 2 || length > options.MaxKeyBytes)
        {
            return false;
        }

        var valueOffset = MultiprocessLayout.ValueOffset(length);
        size = valueOffset + MultiprocessLayout.TailSize(hasTimestamps);
        if (at + size > limit)
        {
            return false;
        }

        if (entry.Length < size)
        {
            entry = window.At(at, size);
            if (entry.IsEmpty)
            {
                return false;
            }
        }

        key = entry.Slice(MultiprocessLayout.LengthSize, length);
        tail = entry[valueOffset..size];
        return BinaryPrimitives.ReadUInt16LittleEndian(key) == ('[' | ('"' << 8));
    }

    private bool HasBadKey()
    {
        foreach (var key in Keys)
        {
            if (key.Family is null)
            {
                return true;
            }
        }

        return false;
    }

    private void Append(KeyInfo key)
    {
        if (Count == _keys.Length)
        {
            var size = Math.Max(16, Count * 2);
            Array.Resize(ref _keys, size);
            Array.Resize(ref _values, size);
            Array.Resize(ref _timestamps, size);
        }

        _keys[Count++] = key;
        Changed = true;
    }

    private void Truncate(int count)
    {
        if (count < Count)
        {
            Array.Clear(_keys, count, Count - count);
            Count = count;
            Changed = true;
        }
    }
}
