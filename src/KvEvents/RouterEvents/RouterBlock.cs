namespace DynamoAspire.KvEvents.RouterEvents;

/// <summary>One stored block.</summary>
/// <param name="BlockHash">Hash as the engine gave it.</param>
/// <param name="TokensHash">Hash of the block's tokens, independent of its position.</param>
public readonly record struct RouterBlock(ulong BlockHash, ulong TokensHash)
{
    /// <summary>Start of its media in <see cref="RouterEvent.MediaObjects"/>.</summary>
    public int MediaStart { get; init; }

    /// <summary>Number of its media, or −1 where the wire says null.</summary>
    public int MediaCount { get; init; } = -1;
}
