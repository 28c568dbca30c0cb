using DynamoAspire.KvEvents.Index;
using DynamoAspire.KvEvents.RouterEvents;

namespace DynamoAspire.KvEvents.Tests.Index;

/// <summary>One step of a history. Its text is enough to repeat it by hand.</summary>
internal sealed record IndexOperation(IndexOperationKind Kind, WorkerRank Worker, ulong? Parent, (ulong Hash, ulong Tokens)[] Blocks, ulong[] Hashes, bool EarlyExit)
{
    public IndexOperation(IndexOperationKind kind, WorkerRank worker, ulong[]? hashes = null, bool earlyExit = false)
        : this(kind, worker, null, [], hashes ?? [], earlyExit)
    {
    }

    /// <summary>Fills an event with a store, a removal or a clear.</summary>
    public void CopyTo(RouterEvent routerEvent)
    {
        routerEvent.WorkerId = Worker.WorkerId;
        routerEvent.DpRank = Worker.DpRank;
        routerEvent.Reset(Kind switch
        {
            IndexOperationKind.Store => RouterEventKind.Stored,
            IndexOperationKind.Remove => RouterEventKind.Removed,
            _ => RouterEventKind.Cleared,
        });
        routerEvent.ParentHash = Parent;
        foreach (var (hash, tokens) in Blocks)
        {
            routerEvent.AddBlock(hash, tokens);
        }

        if (Kind == IndexOperationKind.Remove)
        {
            routerEvent.AddRemoved(Hashes);
        }
    }

    /// <summary>The same with less in it, for shrinking.</summary>
    public IEnumerable<IndexOperation> Smaller()
    {
        for (var i = 0; i < Blocks.Length; i++)
        {
            yield return this with { Blocks = [.. Blocks[..i], .. Blocks[(i + 1)..]] };
        }

        for (var i = 0; i < Hashes.Length; i++)
        {
            yield return this with { Hashes = [.. Hashes[..i], .. Hashes[(i + 1)..]] };
        }
    }

    public override string ToString() => Kind switch
    {
        IndexOperationKind.Store => $"store {Worker.WorkerId}/{Worker.DpRank} below {Parent?.ToString(null, null) ?? "root"}: {string.Join(' ', Blocks.Select(b => $"{b.Hash}({b.Tokens})"))}",
        IndexOperationKind.Match => $"match {string.Join(' ', Hashes)}{(EarlyExit ? " early" : "")}",
        IndexOperationKind.Wait => $"wait {Hashes[0]} s",
        _ => $"{Kind} {Worker.WorkerId}/{Worker.DpRank} {string.Join(' ', Hashes)}",
    };
}

internal enum IndexOperationKind
{
    Store = 0,
    Remove,
    Clear,
    RemoveWorker,
    RemoveRank,
    Match,
    Wait,
}
