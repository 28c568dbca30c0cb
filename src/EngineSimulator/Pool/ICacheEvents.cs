namespace DynamoAspire.EngineSimulator.Pool;

/// <summary>Hears of everything that enters or leaves a rank's prefix cache, in order.</summary>
internal interface ICacheEvents
{
    /// <summary>Full blocks entered the cache, one after another in one sequence.</summary>
    /// <param name="hashes">Their hashes.</param>
    /// <param name="parent">Hash of the block before the first; null at the start of a sequence.</param>
    /// <param name="tokens">Tokens of all of them.</param>
    void Stored(ReadOnlySpan<ulong> hashes, ulong? parent, ReadOnlySpan<uint> tokens);

    /// <summary>A block was evicted.</summary>
    void Removed(ulong hash);

    /// <summary>The cache was emptied.</summary>
    void Cleared();
}
