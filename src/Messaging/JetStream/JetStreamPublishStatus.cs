namespace DynamoAspire.Messaging.JetStream;

/// <summary>Outcome of a publish that does not wait.</summary>
public enum JetStreamPublishStatus
{
    /// <summary>On its way; its fate will be reported.</summary>
    Ok = 0,

    /// <summary>As many messages as allowed await their fate; see <see cref="JetStreamPublisher.WaitForCapacityAsync"/>.</summary>
    InFlightFull,

    /// <summary>The connection is away.</summary>
    Disconnected,

    /// <summary>The connection's outgoing buffer is full.</summary>
    ConnectionFull,

    /// <summary>Larger than the server accepts.</summary>
    TooLarge,

    /// <summary>Publisher or connection was disposed.</summary>
    Closed,
}
