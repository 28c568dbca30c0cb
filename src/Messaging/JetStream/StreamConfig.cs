namespace DynamoAspire.Messaging.JetStream;

/// <summary>Configuration of a stream. What is null is left to the server (on creation) or as it is (on update).</summary>
public sealed record StreamConfig
{
    /// <summary>Name: no white space, dots, <c>*</c>, <c>&gt;</c> or slashes.</summary>
    public required string Name { get; init; }

    /// <summary>Text for people.</summary>
    public string? Description { get; init; }

    /// <summary>Subjects taken, wildcards allowed; null for the stream's name.</summary>
    public IReadOnlyList<string>? Subjects { get; init; }

    /// <summary>When messages go.</summary>
    public StreamRetention? Retention { get; init; }

    /// <summary>Where messages are kept.</summary>
    public StreamStorage? Storage { get; init; }

    /// <summary>What happens at a limit.</summary>
    public StreamDiscard? Discard { get; init; }

    /// <summary>Longest time a message is kept; zero for ever.</summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>Most messages kept; -1 for no limit.</summary>
    public long? MaxMessages { get; init; }

    /// <summary>Most messages kept per subject; -1 for no limit.</summary>
    public long? MaxMessagesPerSubject { get; init; }

    /// <summary>Most bytes kept; -1 for no limit.</summary>
    public long? MaxBytes { get; init; }

    /// <summary>Largest message taken, in bytes; -1 for no limit.</summary>
    public int? MaxMessageSize { get; init; }

    /// <summary>Most consumers; -1 for no limit.</summary>
    public int? MaxConsumers { get; init; }

    /// <summary>Copies in a cluster.</summary>
    public int? Replicas { get; init; }

    /// <summary>How long the server remembers <c>Nats-Msg-Id</c>.</summary>
    public TimeSpan? DuplicateWindow { get; init; }

    /// <summary>Whether direct get is answered.</summary>
    public bool? AllowDirect { get; init; }

    /// <summary>Whether a message may roll up its subject or the stream.</summary>
    public bool? AllowRollup { get; init; }

    /// <summary>Whether deleting single messages is refused.</summary>
    public bool? DenyDelete { get; init; }
}

/// <summary>When messages leave a stream.</summary>
public enum StreamRetention
{
    /// <summary>At its limits.</summary>
    Limits,

    /// <summary>When every consumer acknowledged them.</summary>
    Interest,

    /// <summary>When one consumer acknowledged them.</summary>
    WorkQueue,
}

/// <summary>Where messages are kept.</summary>
public enum StreamStorage
{
    /// <summary>On disk.</summary>
    File,

    /// <summary>In memory.</summary>
    Memory,
}

/// <summary>What happens at a limit.</summary>
public enum StreamDiscard
{
    /// <summary>The oldest messages go.</summary>
    Old,

    /// <summary>New messages are refused.</summary>
    New,
}
