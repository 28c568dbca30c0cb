using DynamoAspire.Engines;
using DynamoAspire.EngineSimulator.Events;

namespace DynamoAspire.EngineSimulator.Engines;

/// <summary>What <c>/control/state</c> tells of a rank.</summary>
internal sealed record RankState(
    int DpRank, string? Events, string? Replay, ulong NextSequence, ulong OldestSequence, long BatchesDropped, double DropProbability, long Replays,
    int Running, int Waiting, int Blocks, int CachedBlocks, double Usage, long BlocksStored, long BlocksRemoved, long Cleared)
{
    public static RankState Of(EngineRank rank, EngineLife? life, int index, LossInjector loss)
    {
        var publisher = life?.Publishers[index];
        var core = life?.Core.Ranks[index];
        var pool = core?.Scheduler.Pool;
        var totals = core?.Events.Totals ?? default;
        return new RankState(
            rank.Rank,
            rank.KvEventsConnect,
            rank.KvReplayConnect,
            publisher?.NextSequence ?? 0,
            publisher?.OldestSequence ?? 0,
            loss.Dropped,
            loss.Probability,
            publisher?.Replays ?? 0,
            core?.Scheduler.RunningCount ?? 0,
            core?.Scheduler.WaitingCount ?? 0,
            pool?.Capacity ?? 0,
            pool?.CachedHashes.Count ?? 0,
            pool?.Usage ?? 0,
            totals.Stored,
            totals.Removed,
            totals.Cleared);
    }
}
