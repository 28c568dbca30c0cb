using System.Buffers;

namespace DynamoAspire.Messaging.Zmq;

/// <summary>
/// One received multipart message in one pooled buffer. Dispose it once, when the frames are no longer read;
/// after that its memory belongs to somebody else.
/// </summary>
public sealed class ZmqMessage : IDisposable
{
    private byte[]? _buffer;
    private int[] _ends = new int[4];
    private int _count;
    private int _length;

    /// <summary>Makes an empty message.</summary>
    public ZmqMessage(int sizeHint = 256) => _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(16, sizeHint));

    /// <summary>Number of frames.</summary>
    public int Count => _count;

    /// <summary>Bytes over all frames.</summary>
    public int Length => _length;

    /// <summary>Frame at a position; valid until <see cref="Dispose"/>.</summary>
    public ReadOnlyMemory<byte> this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)_count, nameof(index));
            ObjectDisposedException.ThrowIf(_buffer is null, this);
            var start = index == 0 ? 0 : _ends[index - 1];
            return _buffer.AsMemory(start, _ends[index] - start);
        }
    }

    /// <summary>Appends a copy of a frame.</summary>
    public void Add(ReadOnlySpan<byte> frame)
    {
        ObjectDisposedException.ThrowIf(_buffer is null, this);
        if (_buffer.Length - _length < frame.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, checked(_length + frame.Length)));
            _buffer.AsSpan(0, _length).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = larger;
        }

        frame.CopyTo(_buffer.AsSpan(_length));
        _length += frame.Length;
        if (_count == _ends.Length)
        {
            Array.Resize(ref _ends, _count * 2);
        }

        _ends[_count++] = _length;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        var buffer = Interlocked.Exchange(ref _buffer, null);
        if (buffer is not null)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
