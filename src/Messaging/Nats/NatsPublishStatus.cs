namespace DynamoAspire.Messaging.Nats;

/// <summary>Outcome of a publish that does not wait.</summary>
public enum NatsPublishStatus
{
    /// <summary>Handed to the connection.</summary>
    Ok = 0,

    /// <summary>The connection is away; nothing was buffered.</summary>
    Disconnected,

    /// <summary>The outgoing buffer is full (<see cref="NatsOptions.MaxPendingBytes"/>).</summary>
    Full,

    /// <summary>Payload and headers exceed what the server accepts.</summary>
    TooLarge,

    /// <summary>The connection was disposed.</summary>
    Closed,
}
