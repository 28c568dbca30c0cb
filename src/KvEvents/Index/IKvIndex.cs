using DynamoAspire.KvEvents.RouterEvents;

namespace DynamoAspire.KvEvents.Index;

/// <summary>
/// Answers "who holds this prefix?". Events of one worker-rank must be applied in their order and one at a time; those of different
/// worker-ranks, and look-ups, may come from any thread. Look-ups never make an event wait.
/// </summary>
public interface IKvIndex
{
    /// <summary>Applies one event. Applying one again that has been applied changes nothing.</summary>
    KvIndexStatus Apply(RouterEvent routerEvent);

    /// <summary>Forgets a worker with all its ranks.</summary>
    void RemoveWorker(ulong workerId);

    /// <summary>Forgets one rank of a worker.</summary>
    void RemoveRank(WorkerRank worker);

    /// <summary>Finds who holds the leading blocks of a request.</summary>
    /// <param name="tokensHashes">Tokens hash of each block, from the start.</param>
    /// <param name="destination">Emptied and filled.</param>
    /// <param name="earlyExit">Stop when only one worker-rank is left: its score is then the depth reached, not its full match.</param>
    void FindMatches(ReadOnlySpan<ulong> tokensHashes, KvMatches destination, bool earlyExit = false);

    /// <summary>The known worker-ranks, in order.</summary>
    IReadOnlyList<KvWorkerBlocks> Workers();

    /// <summary>Blocks that one worker-rank holds; 0 if it is not known.</summary>
    int Blocks(WorkerRank worker);

    /// <summary>Blocks over all worker-ranks.</summary>
    long BlockCount { get; }

    /// <summary>Memory it takes, in bytes, estimated from what it holds.</summary>
    long MemoryBytes { get; }
}
