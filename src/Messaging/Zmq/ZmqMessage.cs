using System.Buffers;
using System.Runtime.CompilerServices;
using DynamoAspire.Messaging.Zmq.Reactor;

namespace DynamoAspire.Messaging.Zmq;

/// <summary>
/// One received multipart message in one pooled buffer. Dispose it once, when the frames are no longer read;
/// after that the message and its memory belong to somebody else.
/// </summary>
public sealed class ZmqMessage : IDisposable
{
    // A pooled message keeps its buffer up to this size, so that the pool's memory stays bounded whatever once came in.
    private const int KeptBufferBytes = 4 * 1024;
    private const int FirstBufferBytes = 256;

    private readonly ZmqMessagePool? _pool;
    private byte[]? _buffer;
    private FrameEnds _ends;
    private int[]? _moreEnds;
    private int _count;
    private int _length;
    private int _live = 1;

    /// <summary>Makes an empty message.</summary>
    public ZmqMessage(int sizeHint = FirstBufferBytes) => _buffer = ArrayPool<byte>.Shared.Rent(Math.Max(16, sizeHint));

    internal ZmqMessage(ZmqMessagePool pool)
        : this() => _pool = pool;

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
            ObjectDisposedException.ThrowIf(_live == 0, this);
            var start = index == 0 ? 0 : End(index - 1);
            return _buffer.AsMemory(start, End(index) - start);
        }
    }

    /// <summary>Appends a copy of a frame.</summary>
    public void Add(ReadOnlySpan<byte> frame)
    {
        ObjectDisposedException.ThrowIf(_live == 0, this);
        if (_buffer!.Length - _length < frame.Length)
        {
            Grow(frame.Length);
        }

        frame.CopyTo(_buffer.AsSpan(_length));
        _length += frame.Length;
        if (_count < FrameEnds.Length)
        {
            _ends[_count] = _length;
        }
        else
        {
            AddFurtherEnd();
        }

        _count++;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _live, 0) == 0)
        {
            return;
        }

        // Before it is given back: from then on it is somebody else's.
        if (_pool is null || _buffer!.Length > KeptBufferBytes)
        {
            ArrayPool<byte>.Shared.Return(_buffer!);
            _buffer = null;
        }

        if (_pool?.TryReturn(this) == false && _buffer is { } buffer)
        {
            _buffer = null;
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Removes all frames.</summary>
    internal void Clear()
    {
        _count = 0;
        _length = 0;
    }

    internal ReadOnlySpan<byte> Span(int index)
    {
        var start = index == 0 ? 0 : End(index - 1);
        return _buffer.AsSpan(start, End(index) - start);
    }

    /// <summary>Makes a message taken out of the pool usable again.</summary>
    internal void Revive()
    {
        Clear();
        _buffer ??= ArrayPool<byte>.Shared.Rent(FirstBufferBytes);
        Volatile.Write(ref _live, 1);
    }

    private int End(int index) => index < FrameEnds.Length ? _ends[index] : _moreEnds![index - FrameEnds.Length];

    private void Grow(int needed)
    {
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Max(Math.Min(_buffer!.Length * 2L, Array.MaxLength), checked(_length + needed)));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    private void AddFurtherEnd()
    {
        var index = _count - FrameEnds.Length;
        if (_moreEnds is null || index == _moreEnds.Length)
        {
            Array.Resize(ref _moreEnds, Math.Max(4, index * 2));
        }

        _moreEnds[index] = _length;
    }

    /// <summary>Ends of the first frames, inside the object: nearly every message has at most four.</summary>
    [InlineArray(Length)]
    private struct FrameEnds
    {
        public const int Length = 4;
        private int _first;
    }
}
