namespace DynamoAspire.Messaging.Nats;

/// <summary>How a service answers.</summary>
public sealed record NatsServeOptions
{
    /// <summary>The defaults.</summary>
    public static NatsServeOptions Default { get; } = new();

    /// <summary>Requests kept until handled; at the bound the newest is dropped and counted.</summary>
    public int Capacity { get; init; } = 1_024;

    /// <summary>Told of each exception a handler throws.</summary>
    public Action<Exception>? OnError { get; init; }
}
