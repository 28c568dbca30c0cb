namespace DynamoAspire.Messaging.JetStream;

/// <summary>A stream as the server describes it.</summary>
public sealed record StreamInfo
{
    /// <summary>Its configuration.</summary>
    public required StreamConfig Config { get; init; }

    /// <summary>When it was created.</summary>
    public DateTimeOffset Created { get; init; }

    /// <summary>Messages in it.</summary>
    public ulong Messages { get; init; }

    /// <summary>Bytes in it.</summary>
    public ulong Bytes { get; init; }

    /// <summary>Sequence of the first message kept.</summary>
    public ulong FirstSequence { get; init; }

    /// <summary>Sequence of the last message ever stored.</summary>
    public ulong LastSequence { get; init; }

    /// <summary>Its consumers.</summary>
    public int Consumers { get; init; }
}
