namespace DynamoAspire.Messaging.Zmq;

/// <summary>
/// One socket. All members may be called from any thread; at most one receive is outstanding at a time.
/// Disposing closes it (waiting at most <see cref="ZmqSocketOptions.Linger"/> for unsent messages) and completes its receives.
/// </summary>
public interface IZmqSocket : IAsyncDisposable
{
    /// <summary>Kind.</summary>
    ZmqSocketType Type { get; }

    /// <summary>Counters since creation.</summary>
    ZmqCounters Counters { get; }

    /// <summary>Messages received and not yet read.</summary>
    int ReceivePending { get; }

    /// <summary>Binds; a port of <c>*</c> or 0 takes a free one.</summary>
    /// <returns>The endpoint as resolved, with the port.</returns>
    /// <exception cref="ZmqException">The address is taken (<see cref="ZmqError.AddressInUse"/>), not valid, or not supported by the adapter.</exception>
    ValueTask<string> BindAsync(string endpoint, CancellationToken cancellationToken = default);

    /// <summary>Connects. Returns at once; the library keeps trying until the peer is there (see <see cref="Events"/>).</summary>
    /// <exception cref="ZmqException">The endpoint is not valid or not supported.</exception>
    ValueTask ConnectAsync(string endpoint, CancellationToken cancellationToken = default);

    /// <summary>Undoes <see cref="ConnectAsync"/>.</summary>
    ValueTask DisconnectAsync(string endpoint, CancellationToken cancellationToken = default);

    /// <summary>SUB only: adds a topic prefix; empty subscribes to everything.</summary>
    ValueTask SubscribeAsync(ReadOnlyMemory<byte> topic, CancellationToken cancellationToken = default);

    /// <summary>
    /// Hands a multipart message over without waiting. The frames are copied before it returns.
    /// <see cref="ZmqSendStatus.Full"/> when the bound of the outgoing queue is reached: the caller decides what to drop, and it is counted.
    /// </summary>
    ZmqSendStatus TrySend(ZmqFrames frames);

    /// <summary>As <see cref="TrySend"/>, but waits for room.</summary>
    ValueTask SendAsync(ZmqFrames frames, CancellationToken cancellationToken = default);

    /// <summary>Waits for the next message. The caller disposes it, which returns its buffer.</summary>
    /// <exception cref="System.Threading.Channels.ChannelClosedException">The socket was disposed.</exception>
    ValueTask<ZmqMessage> ReceiveAsync(CancellationToken cancellationToken = default);

    /// <summary>Takes a message if one waits.</summary>
    bool TryReceive([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ZmqMessage? message);

    /// <summary>Connection events (connected, disconnected, handshake failed, …); bounded, the oldest are dropped. Empty unless <see cref="ZmqSocketOptions.Monitor"/>.</summary>
    System.Threading.Channels.ChannelReader<ZmqEvent> Events { get; }
}
