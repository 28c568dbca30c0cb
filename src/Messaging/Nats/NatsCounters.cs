namespace DynamoAspire.Messaging.Nats;

/// <summary>What a connection has done so far.</summary>
public readonly record struct NatsCounters
{
    /// <summary>Messages published.</summary>
    public long MessagesOut { get; init; }

    /// <summary>Payload bytes published.</summary>
    public long BytesOut { get; init; }

    /// <summary>Messages received.</summary>
    public long MessagesIn { get; init; }

    /// <summary>Payload bytes received.</summary>
    public long BytesIn { get; init; }

    /// <summary>Connections made, the first included.</summary>
    public long Connects { get; init; }

    /// <summary>Connections lost.</summary>
    public long Disconnects { get; init; }

    /// <summary>Publishes refused, whatever the reason.</summary>
    public long PublishFailures { get; init; }

    /// <summary>Received messages dropped because a subscription's queue was full.</summary>
    public long Dropped { get; init; }

    /// <summary>Asynchronous errors the server or the client reported (permissions, slow consumer).</summary>
    public long Errors { get; init; }
}
