namespace DynamoAspire.Messaging.Nats;

/// <summary>State of a NATS connection. The numbers of the first three are those of Dynamo's <c>nats_client_connection_state</c>.</summary>
public enum NatsConnectionState
{
    /// <summary>Not connected: before the first connection, or closed.</summary>
    Disconnected = 0,

    /// <summary>Connected.</summary>
    Connected = 1,

    /// <summary>Lost, and trying again for ever.</summary>
    Reconnecting = 2,
}
