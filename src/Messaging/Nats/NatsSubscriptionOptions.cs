namespace DynamoAspire.Messaging.Nats;

/// <summary>Bound of a subscription.</summary>
public sealed record NatsSubscriptionOptions
{
    /// <summary>The defaults.</summary>
    public static NatsSubscriptionOptions Default { get; } = new();

    /// <summary>Messages kept until read; at the bound the newest is dropped and counted.</summary>
    public int Capacity { get; init; } = 16_384;

    /// <summary>Payload bytes kept until read; at the bound the newest is dropped and counted. A single larger message passes when nothing waits.</summary>
    public long CapacityBytes { get; init; } = 64 * 1024 * 1024;
}
