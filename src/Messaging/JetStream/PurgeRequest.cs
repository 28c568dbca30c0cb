namespace DynamoAspire.Messaging.JetStream;

/// <summary>What to remove from a stream.</summary>
public sealed record PurgeRequest
{
    /// <summary>Only messages of this subject (wildcards allowed), or null for all.</summary>
    public string? Subject { get; init; }

    /// <summary>Only messages below this sequence; not together with <see cref="Keep"/>.</summary>
    public ulong? UpToSequence { get; init; }

    /// <summary>Keep this many of the newest; not together with <see cref="UpToSequence"/>.</summary>
    public ulong? Keep { get; init; }
}
