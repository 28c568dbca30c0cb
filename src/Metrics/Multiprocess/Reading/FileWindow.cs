namespace DynamoAspire.Metrics.Multiprocess.Reading;

/// <summary>A part of a file in memory that moves forward over it. One buffer serves all files of a directory.</summary>
internal sealed class FileWindow(int maxSize)
{
    private const int NormalSize = 256 * 1024;
    private byte[] _buffer = new byte[NormalSize];
    private PlainFile _file;
    private long _start;
    private int _length;

    internal void Begin(in PlainFile file)
    {
        _file = file;
        _start = 0;
        _length = 0;
    }

    /// <summary>The bytes from an offset on, at least <paramref name="count"/> of them; empty if the file does not have so many or reading fails.</summary>
    internal ReadOnlySpan<byte> At(long offset, int count)
    {
        if (offset >= _start && offset + count <= _start + _length)
        {
            return _buffer.AsSpan((int)(offset - _start), _length - (int)(offset - _start));
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
        _length = Math.Max(0, _file.Read(offset, _buffer));
        return _length >= count ? _buffer.AsSpan(0, _length) : default;
    }

    /// <summary>Gives a buffer that one huge key needed back.</summary>
    internal void Trim()
    {
        if (_buffer.Length > NormalSize)
        {
            _buffer = new byte[NormalSize];
        }
    }
}
