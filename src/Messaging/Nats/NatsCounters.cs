namespace DynamoAspire.Messaging.Nats;

/// <summary>What a connection has done so far.</summary>
public readonly record struct NatsCounters
{
    /// <summary>Messages handed to the client library.</summary>
    public long MessagesOut { get; init; }

    /// <summary>Payload bytes handed to the client library.</summary>
    public long BytesOut { get; init; }

    /// <summary>Messages received.</summary>
    public long MessagesIn { get; init; }

    /// <summary>Payload bytes received.</summary>
    public long BytesIn { get; init; }

    /// <summary>Connections made, the first included.</summary>
    public long Connects { get; init; }

    /// <summary>Connections lost.</summary>
    public long Disconnects { get; init; }

    /// <summary>Messages not published: refused, whatever the reason, or still waiting when the connection was lost.</summary>
    public long PublishFailures { get; init; }

    /// <summary>Received messages dropped because a subscription's queue was full.</summary>
    public long Dropped { get; init; }

    /// <summary>Attempts to connect that failed, refused credentials included.</summary>
    public long ConnectFailures { get; init; }

    /// <summary>Attempts to connect that failed because the server refused the credentials.</summary>
    public long AuthorizationFailures { get; init; }

    /// <summary>Asynchronous errors the server or the client reported (permissions, slow consumer).</summary>
    public long Errors { get; init; }
}
