namespace DynamoAspire.KvEventRelay.Telemetry;

/// <summary>What is odd about an event that is forwarded all the same.</summary>
internal enum Suspicion
{
    /// <summary>Stored or removed no block.</summary>
    NoBlocks = 0,

    /// <summary>Has extra keys (media, salts, adapters) which the hash of the reference generation does not cover.</summary>
    ExtraKeys,

    /// <summary>The batch names another rank than the address it came from.</summary>
    RankMismatch,
}

/// <summary>Stable names.</summary>
internal static class SuspicionNames
{
    public const int Count = (int)Suspicion.RankMismatch + 1;

    public static string Label(Suspicion suspicion) => suspicion switch
    {
        Suspicion.NoBlocks => "no_blocks",
        Suspicion.ExtraKeys => "extra_keys",
        Suspicion.RankMismatch => "rank_mismatch",
        _ => throw new ArgumentOutOfRangeException(nameof(suspicion), suspicion, "No such suspicion."),
    };
}
