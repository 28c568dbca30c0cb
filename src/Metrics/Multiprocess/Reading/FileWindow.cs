namespace DynamoAspire.Metrics.Multiprocess.Reading;

/// <summary>A part of a file in memory that moves forward over it. One buffer serves all files that a worker reads.</summary>
internal sealed class FileWindow(int maxSize)
{
    // Large enough that system calls do not count, small enough to stay in a core's second-level cache.
    private const int NormalSize = 256 * 1024;
    private byte[] _buffer = new byte[NormalSize];
    private PlainFile _file;
    private long _start;
    private int _length;
    private long _end;

    /// <summary>Generation of the file read last: the first guess for the next.</summary>
    internal bool HasTimestamps { get; set; } = true;

    /// <summary>Takes the start of a file in; the number of bytes there, -1 if reading fails.</summary>
    /// <param name="file">The file.</param>
    /// <param name="expected">Bytes that it probably has in use: reading on into the empty rest of a file would cost as much as reading entries.</param>
    internal int Begin(in PlainFile file, int expected)
    {
        _file = file;
        _start = 0;
        _end = long.MaxValue;
        var read = _file.Read(0, _buffer.AsSpan(0, Math.Min(expected, NormalSize)));
        _length = Math.Max(0, read);
        return read;
    }

    /// <summary>Says where the part in use ends: nothing is read from there on.</summary>
    internal void Limit(long end)
    {
        _end = end;
        _length = (int)Math.Min(_length, end - _start);
    }

    /// <summary>The bytes from an offset on, at least <paramref name="count"/> of them; empty if the file does not have so many or reading fails.</summary>
    internal ReadOnlySpan<byte> At(long offset, int count)
    {
        if (offset >= _start && offset + count <= _start + _length)
        {
            return _buffer.AsSpan((int)(offset - _start), _length - (int)(offset - _start));
        }

        if (offset + count > _end)
        {
            return default;
        }

        if (count > _buffer.Length)
        {
            if (count > maxSize)
            {
                return default;
            }

            _buffer = new byte[count];
        }

        _start = offset;
        _length = Math.Max(0, _file.Read(offset, _buffer.AsSpan(0, (int)Math.Min(_buffer.Length, _end - offset))));
        return _length >= count ? _buffer.AsSpan(0, _length) : default;
    }

    /// <summary>What is in memory from an offset on; empty if that lies outside.</summary>
    internal ReadOnlySpan<byte> Rest(long offset) =>
        offset >= _start && offset < _start + _length ? _buffer.AsSpan((int)(offset - _start), _length - (int)(offset - _start)) : default;

    /// <summary>Gives a buffer that one huge key needed back.</summary>
    internal void Trim()
    {
        if (_buffer.Length > NormalSize)
        {
            _buffer = new byte[NormalSize];
        }
    }
}
