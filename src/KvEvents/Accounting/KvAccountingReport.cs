namespace DynamoAspire.KvEvents.Accounting;

/// <summary>State of the prefix caches.</summary>
/// <param name="Workers">Worker-ranks in order.</param>
/// <param name="Lifetimes">Seconds from storing a block to its removal, of followed blocks.</param>
/// <param name="ReuseDistances">Blocks asked for between two requests for the same block, of followed blocks.</param>
/// <param name="Asked">Blocks asked for.</param>
/// <param name="Matched">Blocks of those that the best worker-rank held as a prefix.</param>
/// <param name="HotPrefixes">The hottest prefixes, hottest first.</param>
public sealed record KvAccountingReport(
    IReadOnlyList<KvWorkerAccount> Workers,
    KvHistogram Lifetimes,
    KvHistogram ReuseDistances,
    long Asked,
    long Matched,
    IReadOnlyList<KvHotPrefix> HotPrefixes)
{
    /// <summary>Share of asked blocks that the best worker-rank held: the hit rate of a perfect router.</summary>
    public double BestHitRatio => Asked == 0 ? 0 : (double)Matched / Asked;
}
