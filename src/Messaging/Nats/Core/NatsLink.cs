namespace DynamoAspire.Messaging.Nats.Core;

/// <summary>
/// One physical connection of a client library: made, used and given up when it is lost. Everything that outlives it (queue, reconnects,
/// subscriptions, requests, counters) is in <see cref="NatsConnectionCore"/>, written once. Calls come one after another.
/// </summary>
internal abstract class NatsLink : IAsyncDisposable
{
    /// <summary>Largest payload plus headers the server accepts.</summary>
    public abstract int MaxPayload { get; }

    /// <summary>Other servers of the cluster, as <c>host:port</c>.</summary>
    public virtual IReadOnlyList<string> Siblings => [];

    /// <summary>Hands over messages <paramref name="start"/> to <paramref name="end"/> of a batch; the number accepted (fewer once the connection is lost).</summary>
    public abstract ValueTask<int> SendAsync(OutgoingBatch batch, int start, int end);

    /// <summary>Begins delivery to a registration.</summary>
    public abstract ValueTask SubscribeAsync(ListenerRegistration registration);

    /// <summary>Ends delivery to a registration.</summary>
    public abstract ValueTask UnsubscribeAsync(ListenerRegistration registration);

    /// <summary>Round trip to the server.</summary>
    public abstract ValueTask FlushAsync(TimeSpan timeout);

    public abstract ValueTask DisposeAsync();
}

/// <summary>Makes links of one client library.</summary>
internal abstract class NatsLinkFactory
{
    public abstract NatsAdapter Adapter { get; }

    /// <summary>Name shown to people.</summary>
    public abstract string Name { get; }

    /// <summary>Finds out early whether this adapter can work with these options.</summary>
    /// <exception cref="NatsException">The library is missing, or an option is not valid.</exception>
    public abstract void Validate(NatsOptions options);

    /// <summary>Connects to one server.</summary>
    /// <exception cref="NatsException">Why not.</exception>
    public abstract ValueTask<NatsLink> ConnectAsync(NatsServerAddress server, NatsOptions options, INatsLinkOwner owner, CancellationToken cancellationToken);
}

/// <summary>Told by a link, on any thread, what happens to it.</summary>
internal interface INatsLinkOwner
{
    /// <summary>The connection is lost.</summary>
    void OnLinkClosed(NatsLink link, string reason);

    /// <summary>The server or the library complained; the connection may go on.</summary>
    void OnLinkError(string error);
}
