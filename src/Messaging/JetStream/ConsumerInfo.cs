namespace DynamoAspire.Messaging.JetStream;

/// <summary>A consumer as the server describes it.</summary>
public sealed record ConsumerInfo
{
    /// <summary>Name.</summary>
    public required string Name { get; init; }

    /// <summary>Its stream.</summary>
    public required string Stream { get; init; }

    /// <summary>Stream sequence of the last message delivered.</summary>
    public ulong DeliveredStreamSequence { get; init; }

    /// <summary>Stream sequence below which all is acknowledged.</summary>
    public ulong AckFloorStreamSequence { get; init; }

    /// <summary>Delivered and not acknowledged.</summary>
    public int AckPending { get; init; }

    /// <summary>Delivered more than once.</summary>
    public int Redelivered { get; init; }

    /// <summary>Not delivered yet.</summary>
    public ulong Pending { get; init; }
}
