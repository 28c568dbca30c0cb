namespace DynamoAspire.Messaging.JetStream;

/// <summary>What a publisher has done so far.</summary>
public readonly record struct JetStreamPublisherCounters
{
    /// <summary>Messages accepted.</summary>
    public long Published { get; init; }

    /// <summary>Stored, duplicates included.</summary>
    public long Stored { get; init; }

    /// <summary>Stored before, as their id showed.</summary>
    public long Duplicates { get; init; }

    /// <summary>Refused by JetStream, or without a stream.</summary>
    public long Errors { get; init; }

    /// <summary>Without an answer in time.</summary>
    public long Timeouts { get; init; }

    /// <summary>Under way when the connection was lost.</summary>
    public long Disconnected { get; init; }
}
