namespace DynamoAspire.KvEvents.Accounting;

/// <summary>A prefix that is asked for often. Depths are powers of two, so that a long conversation is not told block by block.</summary>
/// <param name="SequenceHash">Sequence hash of its last block.</param>
/// <param name="Depth">Its blocks.</param>
/// <param name="Uses">Requests that began with it, at most <paramref name="Error"/> too many.</param>
/// <param name="Error">Bound of the error.</param>
public readonly record struct KvHotPrefix(ulong SequenceHash, int Depth, long Uses, long Error);
