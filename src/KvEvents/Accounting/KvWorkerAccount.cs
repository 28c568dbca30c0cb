using DynamoAspire.KvEvents.Index;

namespace DynamoAspire.KvEvents.Accounting;

/// <summary>What one worker-rank did since it became known. All counts only grow, so that rates can be taken.</summary>
/// <param name="Worker">Who.</param>
/// <param name="Stored">Blocks stored.</param>
/// <param name="Removed">Blocks removed.</param>
/// <param name="Cleared">Times its cache was emptied.</param>
/// <param name="Asked">Blocks asked for by requests while it was known.</param>
/// <param name="Matched">Blocks of those that it held as a prefix.</param>
public sealed record KvWorkerAccount(WorkerRank Worker, long Stored, long Removed, long Cleared, long Asked, long Matched)
{
    /// <summary>Share of asked blocks that it could have served from its cache, 0 to 1: an estimate of its hit rate if all requests came to it.</summary>
    public double HitRatio => Asked == 0 ? 0 : (double)Matched / Asked;
}
