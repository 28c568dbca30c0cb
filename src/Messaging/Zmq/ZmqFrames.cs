namespace DynamoAspire.Messaging.Zmq;

/// <summary>Up to four frames to send, without an array. More than four: use the memory form.</summary>
public readonly struct ZmqFrames
{
    private readonly ReadOnlyMemory<byte> _f0;
    private readonly ReadOnlyMemory<byte> _f1;
    private readonly ReadOnlyMemory<byte> _f2;
    private readonly ReadOnlyMemory<byte> _f3;
    private readonly IReadOnlyList<ReadOnlyMemory<byte>>? _many;

    /// <summary>One frame.</summary>
    public ZmqFrames(ReadOnlyMemory<byte> f0)
    {
        _f0 = f0;
        Count = 1;
    }

    /// <summary>Two frames.</summary>
    public ZmqFrames(ReadOnlyMemory<byte> f0, ReadOnlyMemory<byte> f1)
        : this(f0)
    {
        _f1 = f1;
        Count = 2;
    }

    /// <summary>Three frames.</summary>
    public ZmqFrames(ReadOnlyMemory<byte> f0, ReadOnlyMemory<byte> f1, ReadOnlyMemory<byte> f2)
        : this(f0, f1)
    {
        _f2 = f2;
        Count = 3;
    }

    /// <summary>Four frames.</summary>
    public ZmqFrames(ReadOnlyMemory<byte> f0, ReadOnlyMemory<byte> f1, ReadOnlyMemory<byte> f2, ReadOnlyMemory<byte> f3)
        : this(f0, f1, f2)
    {
        _f3 = f3;
        Count = 4;
    }

    /// <summary>Any number of frames.</summary>
    public ZmqFrames(IReadOnlyList<ReadOnlyMemory<byte>> frames)
    {
        ArgumentNullException.ThrowIfNull(frames);
        _many = frames;
        Count = frames.Count;
    }

    /// <summary>Number of frames.</summary>
    public int Count { get; }

    /// <summary>Frame at a position.</summary>
    public ReadOnlyMemory<byte> this[int index] => (uint)index >= (uint)Count
        ? throw new ArgumentOutOfRangeException(nameof(index))
        : _many is not null
            ? _many[index]
            : index switch { 0 => _f0, 1 => _f1, 2 => _f2, _ => _f3 };
}
