namespace DynamoAspire.Messaging.JetStream;

/// <summary>Configuration of a pull consumer. What is null is left to the server.</summary>
public sealed record ConsumerConfig
{
    /// <summary>Name; a durable consumer outlives its readers. Null for a random one.</summary>
    public string? Name { get; init; }

    /// <summary>Whether the server keeps it when nobody reads. Otherwise it goes after <see cref="InactiveThreshold"/> (30 s if null).</summary>
    public bool Durable { get; init; }

    /// <summary>Text for people.</summary>
    public string? Description { get; init; }

    /// <summary>Only messages of this subject (wildcards allowed), or null for all.</summary>
    public string? FilterSubject { get; init; }

    /// <summary>Where to begin.</summary>
    public DeliverPolicy DeliverPolicy { get; init; } = DeliverPolicy.All;

    /// <summary>First sequence, with <see cref="DeliverPolicy.ByStartSequence"/>.</summary>
    public ulong? StartSequence { get; init; }

    /// <summary>First time, with <see cref="DeliverPolicy.ByStartTime"/>.</summary>
    public DateTimeOffset? StartTime { get; init; }

    /// <summary>What must be acknowledged.</summary>
    public AckPolicy AckPolicy { get; init; } = AckPolicy.Explicit;

    /// <summary>How long before a message without acknowledgement comes again.</summary>
    public TimeSpan? AckWait { get; init; }

    /// <summary>Most deliveries of one message; -1 for no limit.</summary>
    public int? MaxDeliver { get; init; }

    /// <summary>Most messages without acknowledgement.</summary>
    public int? MaxAckPending { get; init; }

    /// <summary>How long the server keeps a consumer that nobody reads.</summary>
    public TimeSpan? InactiveThreshold { get; init; }

    /// <summary>Whether payloads are left out.</summary>
    public bool HeadersOnly { get; init; }
}

/// <summary>Where a consumer begins.</summary>
public enum DeliverPolicy
{
    /// <summary>At the first message kept.</summary>
    All,

    /// <summary>At the last message.</summary>
    Last,

    /// <summary>At the last message of each subject.</summary>
    LastPerSubject,

    /// <summary>At the next message.</summary>
    New,

    /// <summary>At a sequence.</summary>
    ByStartSequence,

    /// <summary>At a time.</summary>
    ByStartTime,
}

/// <summary>What must be acknowledged.</summary>
public enum AckPolicy
{
    /// <summary>Each message.</summary>
    Explicit,

    /// <summary>Nothing.</summary>
    None,

    /// <summary>The last one, which covers those before.</summary>
    All,
}
