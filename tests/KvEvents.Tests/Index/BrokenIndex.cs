using DynamoAspire.KvEvents.Index;
using DynamoAspire.KvEvents.RouterEvents;

namespace DynamoAspire.KvEvents.Tests.Index;

/// <summary>An index with one defect, to show that the comparison of histories can fail.</summary>
public sealed class BrokenIndex(BrokenIndex.Defect defect, KvIndexOptions options) : IKvIndex
{
    public enum Defect
    {
        DropsRemovals = 0,
        DropsClears,
        ScoresOneTooMany,
        KeepsRemovedWorkers,
        ForgetsUses,
    }

    private readonly PrefixIndex _inner = new(options);

    public long BlockCount => _inner.BlockCount;

    public long MemoryBytes => _inner.MemoryBytes;

    public KvIndexStatus Apply(RouterEvent routerEvent) =>
        (defect == Defect.DropsRemovals && routerEvent.Kind == RouterEventKind.Removed) || (defect == Defect.DropsClears && routerEvent.Kind == RouterEventKind.Cleared)
            ? KvIndexStatus.Ok
            : _inner.Apply(routerEvent);

    public void RemoveWorker(ulong workerId)
    {
        if (defect != Defect.KeepsRemovedWorkers)
        {
            _inner.RemoveWorker(workerId);
        }
    }

    public void RemoveRank(WorkerRank worker) => _inner.RemoveRank(worker);

    public void FindMatches(ReadOnlySpan<ulong> tokensHashes, KvMatches destination, bool earlyExit = false)
    {
        _inner.FindMatches(tokensHashes, destination, earlyExit);
        if (defect is Defect.ScoresOneTooMany or Defect.ForgetsUses)
        {
            var found = destination.Items.ToArray();
            destination.Clear();
            foreach (var match in found)
            {
                destination.Add(match.Worker, match.Blocks + (defect == Defect.ScoresOneTooMany ? 1 : 0), match.TreeSize);
            }
        }
    }

    public IReadOnlyList<KvWorkerBlocks> Workers() => _inner.Workers();

    public int Blocks(WorkerRank worker) => _inner.Blocks(worker);
}
