namespace DynamoAspire.Messaging.Nats;

/// <summary>A subscription with a bounded queue. Disposing it unsubscribes and completes the reader.</summary>
public interface INatsSubscription : IAsyncDisposable
{
    /// <summary>Subject as given.</summary>
    string Subject { get; }

    /// <summary>Messages waiting to be read.</summary>
    int Pending { get; }

    /// <summary>Bound of the queue, in messages.</summary>
    int Capacity { get; }

    /// <summary>Messages dropped because the queue was full (the newest are dropped).</summary>
    long Dropped { get; }

    /// <summary>Waits for the next message.</summary>
    /// <exception cref="System.Threading.Channels.ChannelClosedException">The subscription was disposed.</exception>
    ValueTask<NatsMessage> ReadAsync(CancellationToken cancellationToken = default);

    /// <summary>Takes a message if one waits.</summary>
    bool TryRead(out NatsMessage message);
}
