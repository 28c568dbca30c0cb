using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace DynamoAspire.Metrics.Multiprocess.Reading;

/// <summary>Reading. Files are read side by side, each by one worker at a time.</summary>
internal sealed partial class MultiprocessFileState
{
    /// <summary>A page: less costs as much.</summary>
    private const int LeastRead = 4096;

    private const int SlackRead = 1024;

    private readonly bool _needsTimes;
    private readonly bool _needsModified;
    private bool _hasTimestamps = true;
    private bool _hasGeneration;
    private bool _hasBadKey;
    private (int Used, int Entries) _damagedAt;

    /// <summary>How the last reading ended; what it means for <see cref="Skip"/> is settled in <see cref="Settle"/>.</summary>
    private MultiprocessSkipReason? _outcome;

    /// <summary>Whether the entries carry times that mean something.</summary>
    internal bool HasTimes => _needsTimes && _hasTimestamps;

    /// <summary>Unix seconds of the file's last modification, where a mode goes by that; otherwise 0.</summary>
    internal double Modified { get; private set; }

    /// <summary>Bytes in use at the last reading.</summary>
    internal int Used { get; private set; }

    /// <summary>Whether it could not be opened because this process has too many files open.</summary>
    internal bool NeedsDescriptor { get; private set; }

    /// <summary>Reads the file.</summary>
    internal void Read(int directory, FileWindow window, KeyTable keys, OpenFiles open, MultiprocessDirectoryOptions options)
    {
        _outcome = null;
        NeedsDescriptor = false;
        Bytes = 0;
        if (!TryOpen(directory, open, out var file))
        {
            Truncate(0);
            return;
        }

        try
        {
            ReadOpen(file, window, keys, options);
        }
        finally
        {
            Release(ref file, open);
        }
    }

    /// <summary>Settles, once new keys are parsed, what is to be said about the file.</summary>
    internal void Settle()
    {
        CheckKeys();
        Skip = _outcome ?? (_hasBadKey ? MultiprocessSkipReason.BadKey : null);
    }

    private void ReadOpen(in PlainFile file, FileWindow window, KeyTable keys, MultiprocessDirectoryOptions options)
    {
        // A little more than was in use last time takes in what was added meanwhile without a second call.
        var read = window.Begin(file, Math.Max((Used > 0 ? Used : keys.ExpectedBytes) + SlackRead, LeastRead));
        if (read < MultiprocessLayout.LengthSize)
        {
            _outcome = read switch
            {
                0 => MultiprocessSkipReason.ZeroLength,
                > 0 => MultiprocessSkipReason.Torn,
                _ => file.IsNoFile() ? MultiprocessSkipReason.NotAFile : MultiprocessSkipReason.Unreadable,
            };
            Used = 0;
            Truncate(0);
            return;
        }

        // Read once: entries that are added from now on are the next collection's.
        var used = MemoryMarshal.Read<int>(window.At(0, MultiprocessLayout.LengthSize));
        Used = Math.Max(used, 0);
        if (used <= MultiprocessLayout.HeaderSize)
        {
            Truncate(0);
            return;
        }

        if (used > options.MaxFileBytes && file.Length() > options.MaxFileBytes)
        {
            _outcome = MultiprocessSkipReason.TooLarge;
            Truncate(0);
            return;
        }

        if (_needsModified)
        {
            Modified = file.Modified();
        }

        window.Limit(used);
        if (!_hasGeneration)
        {
            _hasTimestamps = window.HasTimestamps;
        }

        var clean = Walk(window, used, keys, options);
        if (!clean && (Changed || (used, Count) != _damagedAt))
        {
            // The same damage is not looked into at every collection, but as soon as the file has moved on it is.
            clean = TryOtherGeneration(window, used, keys, options);
            _damagedAt = clean ? default : (used, Count);
        }

        if (clean)
        {
            _hasGeneration = true;
            keys.ExpectedBytes = used;
            window.HasTimestamps = _hasTimestamps;
        }
        else
        {
            _outcome = MultiprocessSkipReason.Torn;
        }
    }

    /// <summary>
    /// Nothing in a file says of which generation it is. The one that walks from entry to entry exactly to the end is; if neither does, the one that gets further.
    /// </summary>
    private bool TryOtherGeneration(FileWindow window, int used, KeyTable keys, MultiprocessDirectoryOptions options)
    {
        var (clean, entries) = Probe(window, used, !_hasTimestamps, options);
        if (!clean && entries <= Count)
        {
            return false;
        }

        _hasTimestamps = !_hasTimestamps;
        return Walk(window, used, keys, options);
    }

    private static (bool Clean, int Entries) Probe(FileWindow window, int used, bool hasTimestamps, MultiprocessDirectoryOptions options)
    {
        long at = MultiprocessLayout.HeaderSize;
        var entries = 0;
        while (at < used)
        {
            if (!TryFrame(window, at, hasTimestamps, options, out var frame, out _))
            {
                return (false, entries);
            }

            at += frame.Length + MultiprocessLayout.TailSize(hasTimestamps);
            entries++;
        }

        return (at == used, entries);
    }

    private bool Walk(FileWindow window, int used, KeyTable keys, MultiprocessDirectoryOptions options)
    {
        var tailSize = MultiprocessLayout.TailSize(_hasTimestamps);
        long at = MultiprocessLayout.HeaderSize;
        var index = 0;
        if (Count == 0)
        {
            Guess(window.Rest(at), keys);
        }

        while (at < used)
        {
            at += WalkKnown(window.Rest(at), tailSize, ref index);
            if (at >= used)
            {
                break;
            }

            if (!TryFrame(window, at, _hasTimestamps, options, out var frame, out var tail))
            {
                Truncate(index);
                Bytes = at;
                return false;
            }

            if (index < Count && frame.SequenceEqual(_keys[index].Frame))
            {
                // A known key that straddled the end of what was in memory.
            }
            else if (_layout is not null && index >= Count && index < _keys.Length && frame.SequenceEqual(_keys[index].Frame))
            {
                Count = index + 1;
                Changed = true;
            }
            else
            {
                Truncate(index);
                var last = index > 0 ? _keys[index - 1] : null;
                var key = Foreseen(last, keys, frame) ?? keys.Get(frame);
                Append(key);
                if (last is null)
                {
                    keys.First = key;
                }
                else
                {
                    last.Next = key;
                }
            }

            Take(index, tail);
            at += frame.Length + tailSize;
            index++;
        }

        Truncate(index);
        Bytes = used;
        if (at == used)
        {
            Offer(keys);
            return true;
        }

        return false;
    }

    /// <summary>Before a file is read for the first time: it is probably laid out as another one that begins with the same key.</summary>
    private void Guess(ReadOnlySpan<byte> bytes, KeyTable keys)
    {
        foreach (var layout in keys.Layouts)
        {
            if (bytes.StartsWith(layout.Keys[0].Frame))
            {
                Adopt(layout);
                return;
            }
        }
    }

    /// <summary>The key that followed last time in another file, if it is the one that stands here.</summary>
    private static KeyInfo? Foreseen(KeyInfo? last, KeyTable keys, ReadOnlySpan<byte> frame) =>
        (last is null ? keys.First : last.Next) is { } next && frame.SequenceEqual(next.Frame) ? next : null;

    /// <summary>Takes the values of entries whose keys are the cached ones, as far as the bytes in memory go; returns how many bytes that were.</summary>
    private int WalkKnown(ReadOnlySpan<byte> bytes, int tailSize, ref int index)
    {
        var keys = _keys.AsSpan(0, _layout is null ? Count : _keys.Length);
        var at = 0;
        while (index < keys.Length)
        {
            var frame = keys[index].Frame.AsSpan();
            if (bytes.Length - at < frame.Length + tailSize || !bytes.Slice(at, frame.Length).SequenceEqual(frame))
            {
                break;
            }

            at += frame.Length;
            Take(index++, bytes.Slice(at, tailSize));
            at += tailSize;
        }

        if (index > Count)
        {
            // More of the layout's keys than before.
            Count = index;
            Changed = true;
        }

        return at;
    }

    private void Take(int index, ReadOnlySpan<byte> tail)
    {
        _values[index] = MemoryMarshal.Read<double>(tail);
        if (_needsTimes)
        {
            _timestamps[index] = _hasTimestamps ? MemoryMarshal.Read<double>(tail[sizeof(double)..]) : 0;
        }
    }

    /// <summary>The entry at an offset: length, key and padding, then the tail. False if that is no entry or does not end within the part in use.</summary>
    private static bool TryFrame(FileWindow window, long at, bool hasTimestamps, MultiprocessDirectoryOptions options, out ReadOnlySpan<byte> frame, out ReadOnlySpan<byte> tail)
    {
        frame = default;
        tail = default;
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
        var size = valueOffset + MultiprocessLayout.TailSize(hasTimestamps);
        entry = window.At(at, size);
        if (entry.IsEmpty)
        {
            return false;
        }

        frame = entry[..valueOffset];
        tail = entry[valueOffset..size];
        return BinaryPrimitives.ReadUInt16LittleEndian(frame[MultiprocessLayout.LengthSize..]) == ('[' | ('"' << 8));
    }
}
