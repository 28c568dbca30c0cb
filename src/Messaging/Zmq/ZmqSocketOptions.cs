namespace DynamoAspire.Messaging.Zmq;

/// <summary>Bounds and behaviour of a socket.</summary>
public sealed record ZmqSocketOptions
{
    /// <summary>The defaults.</summary>
    public static ZmqSocketOptions Default { get; } = new();

    /// <summary>Library's own high-water mark for sending, in messages per peer.</summary>
    public int SendHighWaterMark { get; init; } = 100_000;

    /// <summary>Library's own high-water mark for receiving, in messages per peer.</summary>
    public int ReceiveHighWaterMark { get; init; } = 100_000;

    /// <summary>Received messages kept until read; at the bound the socket is not read any more, so that the library's own bound takes over.</summary>
    public int ReceiveCapacity { get; init; } = 4_096;

    /// <summary>Messages waiting to be handed to the library.</summary>
    public int SendCapacity { get; init; } = 4_096;

    /// <summary>
    /// Largest accepted message, in bytes over all frames; a larger one is counted (<see cref="ZmqCounters.Oversized"/>) and dropped.
    /// A frame of more than twice this is refused before memory is taken for it: the connection is cut, counted
    /// (<see cref="ZmqCounters.Disconnects"/>) and made again.
    /// </summary>
    public int MaxMessageBytes { get; init; } = 64 * 1024 * 1024;

    /// <summary>Most frames of a message.</summary>
    public int MaxFrames { get; init; } = 64;

    /// <summary>How long closing waits for unsent messages.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.Zero;

    /// <summary>First wait before a reconnect.</summary>
    public TimeSpan ReconnectInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Longest wait before a reconnect.</summary>
    public TimeSpan ReconnectIntervalMax { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Queue messages only to peers whose connection is complete (PUSH, DEALER).</summary>
    public bool Immediate { get; init; }

    /// <summary>Raise <see cref="IZmqSocket.Events"/>.</summary>
    public bool Monitor { get; init; }

    /// <summary>Identity of the socket towards a ROUTER, or empty.</summary>
    public ReadOnlyMemory<byte> Identity { get; init; }

    /// <summary>TCP keep-alive: idle time before the first probe, or zero for the system's default.</summary>
    public TimeSpan TcpKeepAliveIdle { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Largest single frame the library may take memory for.</summary>
    internal long FrameLimit => Math.Max(2L * MaxMessageBytes, 64 * 1024);

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(SendHighWaterMark);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(ReceiveHighWaterMark);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(ReceiveCapacity);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(SendCapacity);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxMessageBytes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxFrames);
        ArgumentOutOfRangeException.ThrowIfLessThan(Linger, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Linger, TimeSpan.FromMinutes(10));
        ArgumentOutOfRangeException.ThrowIfLessThan(ReconnectInterval, TimeSpan.FromMilliseconds(1));
        ArgumentOutOfRangeException.ThrowIfLessThan(ReconnectIntervalMax, ReconnectInterval);
        ArgumentOutOfRangeException.ThrowIfLessThan(TcpKeepAliveIdle, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Identity.Length, 255, nameof(Identity));
    }
}
