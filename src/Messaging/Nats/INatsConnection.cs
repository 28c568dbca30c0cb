namespace DynamoAspire.Messaging.Nats;

/// <summary>
/// Core NATS: connect, publish with headers and reply subject, subscribe (queue group), request, serve.
/// JetStream and key-value are written once over this seam, so their behaviour does not depend on the adapter.
/// All members are safe to call from any thread. Made by <see cref="NatsConnections"/>.
/// </summary>
public interface INatsConnection : IAsyncDisposable
{
    /// <summary>Name of the adapter, <c>libnats</c> or <c>NATS.Net</c>.</summary>
    string Adapter { get; }

    /// <summary>The options it was made with.</summary>
    NatsOptions Options { get; }

    /// <summary>Where the connection is now.</summary>
    NatsConnectionState State { get; }

    /// <summary>Server it is connected to, as <c>host:port</c>, or null while away.</summary>
    string? Server { get; }

    /// <summary>Why the last attempt failed, the connection was lost or the server complained; null as long as nothing went wrong. Holds no secret.</summary>
    string? LastError { get; }

    /// <summary>Counters since the connection was made; a consistent-enough snapshot (each field is exact, the set is not atomic).</summary>
    NatsCounters Counters { get; }

    /// <summary>Largest payload plus headers the server accepts, in bytes; 1 MiB before the first connection.</summary>
    int MaxPayload { get; }

    /// <summary>Raised after each change of <see cref="State"/>, in order: do not block in it.</summary>
    event Action<NatsConnectionState>? StateChanged;

    /// <summary>Returns at once when connected, else when the connection is there.</summary>
    /// <exception cref="NatsException">The connection was disposed.</exception>
    ValueTask WaitForConnectionAsync(CancellationToken cancellationToken = default);

    /// <summary>
    /// Publishes without waiting. Never blocks, never throws for a connection that is away: it fails fast with
    /// <see cref="NatsPublishStatus.Disconnected"/>, so that the caller decides what to keep. Messages of one thread keep their order.
    /// </summary>
    /// <param name="subject">A validated subject; make it once and keep it.</param>
    /// <param name="payload">Copied before the call returns.</param>
    /// <param name="headers">Headers, copied before the call returns, or null for none.</param>
    /// <param name="replyTo">Reply subject, or null.</param>
    NatsPublishStatus TryPublish(NatsSubject subject, ReadOnlySpan<byte> payload, NatsHeaders? headers = null, NatsSubject? replyTo = null);

    /// <summary>
    /// Subscribes. The subscription survives reconnects; what arrives while away is lost, as core NATS has it. The server learns of it before
    /// anything published on this connection later; <see cref="FlushAsync"/> makes sure that it knows now, for publishers on other connections.
    /// </summary>
    ValueTask<INatsSubscription> SubscribeAsync(string subject, string? queueGroup = null, NatsSubscriptionOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Subscribes with a callback that sees the client library's own bytes: nothing is queued and nothing is copied.
    /// For readers that look at a message and are done, such as acknowledgements.
    /// </summary>
    /// <returns>Ends the subscription when disposed; the listener is not called after that.</returns>
    ValueTask<IAsyncDisposable> ListenAsync(string subject, string? queueGroup, NatsListener listener, CancellationToken cancellationToken = default);

    /// <summary>Sends a request and waits for the first reply.</summary>
    /// <exception cref="NatsException">No responders, time-out, or the connection is away; <see cref="NatsException.Error"/> says which.</exception>
    ValueTask<NatsMessage> RequestAsync(string subject, ReadOnlyMemory<byte> payload, NatsHeaders? headers = null, TimeSpan? timeout = null, CancellationToken cancellationToken = default);

    /// <summary>
    /// Answers requests on a subject until disposed. Handlers run one after another per service; an exception of the handler is
    /// given to <see cref="NatsServeOptions.OnError"/> and answered with a <c>Nats-Service-Error</c> header.
    /// </summary>
    ValueTask<IAsyncDisposable> ServeAsync(string subject, string? queueGroup, NatsRequestHandler handler, NatsServeOptions? options = null, CancellationToken cancellationToken = default);

    /// <summary>Round trip to the server: when it returns, everything published before has reached the server.</summary>
    /// <exception cref="NatsException">The connection is away or <see cref="NatsOptions.RequestTimeout"/> passed.</exception>
    ValueTask FlushAsync(CancellationToken cancellationToken = default);
}

/// <summary>Answers one request. The reply is copied before the next request is handled.</summary>
public delegate ValueTask<ReadOnlyMemory<byte>> NatsRequestHandler(NatsMessage request, CancellationToken cancellationToken);
