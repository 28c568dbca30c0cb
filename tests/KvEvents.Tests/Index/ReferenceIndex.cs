using DynamoAspire.KvEvents.Index;
using DynamoAspire.KvEvents.RouterEvents;

namespace DynamoAspire.KvEvents.Tests.Index;

/// <summary>The semantics, written down without any thought of speed or memory: the oracle of every other index.</summary>
internal sealed class ReferenceIndex(KvIndexOptions options) : IKvIndex
{
    private sealed class Node
    {
        public Dictionary<ulong, Node> Children { get; } = [];

        public HashSet<WorkerRank> Workers { get; } = [];
    }

    private readonly Node _root = new();
    private readonly List<(DateTimeOffset When, ulong[] Prefix)> _uses = [];
    private readonly SortedDictionary<WorkerRank, Dictionary<ulong, Node>> _lookup = [];

    public long BlockCount => _lookup.Values.Sum(l => l.Count);

    public long MemoryBytes => 0;

    public KvIndexStatus Apply(RouterEvent routerEvent)
    {
        var worker = new WorkerRank(routerEvent.WorkerId, routerEvent.DpRank);
        if (!_lookup.TryGetValue(worker, out var lookup))
        {
            _lookup[worker] = lookup = [];
        }

        switch (routerEvent.Kind)
        {
            case RouterEventKind.Stored:
                return Store(worker, lookup, routerEvent);
            case RouterEventKind.Removed:
                var status = KvIndexStatus.Ok;
                foreach (var hash in routerEvent.RemovedHashes)
                {
                    if (lookup.Remove(hash, out var node))
                    {
                        Leave(node, worker);
                    }
                    else
                    {
                        status = KvIndexStatus.BlockNotFound;
                    }
                }

                return status;
            default:
                foreach (var (other, blocks) in _lookup)
                {
                    if (other == worker || (options.ClearScope == KvClearScope.Worker && other.WorkerId == worker.WorkerId))
                    {
                        Empty(other, blocks);
                    }
                }

                return KvIndexStatus.Ok;
        }
    }

    public void RemoveWorker(ulong workerId)
    {
        foreach (var worker in _lookup.Keys.Where(w => w.WorkerId == workerId).ToList())
        {
            RemoveRank(worker);
        }
    }

    public void RemoveRank(WorkerRank worker)
    {
        if (_lookup.TryGetValue(worker, out var lookup))
        {
            Empty(worker, lookup);
            _lookup.Remove(worker);
        }
    }

    public void FindMatches(ReadOnlySpan<ulong> tokensHashes, KvMatches destination, bool earlyExit = false)
    {
        destination.Clear();
        var node = _root;
        HashSet<WorkerRank>? active = null;
        var depth = 0;
        foreach (var hash in tokensHashes)
        {
            if (active is { Count: 0 } || (earlyExit && active is { Count: 1 }) || !node.Children.TryGetValue(hash, out var next))
            {
                break;
            }

            active ??= [.. next.Workers];
            foreach (var worker in active.Where(w => !next.Workers.Contains(w)).ToList())
            {
                active.Remove(worker);
                destination.Add(worker, depth, _lookup[worker].Count);
            }

            node = next;
            depth++;
        }

        foreach (var worker in active ?? [])
        {
            destination.Add(worker, depth, _lookup[worker].Count);
        }

        CountUses(tokensHashes[..(active is { Count: 0 } ? depth - 1 : depth)].ToArray(), destination);
    }

    public IReadOnlyList<KvWorkerBlocks> Workers() => [.. _lookup.Select(l => new KvWorkerBlocks(l.Key, l.Value.Count))];

    public int Blocks(WorkerRank worker) => _lookup.TryGetValue(worker, out var lookup) ? lookup.Count : 0;

    /// <summary>Keeps every look-up of the window and counts those that matched at least as deep.</summary>
    private void CountUses(ulong[] matched, KvMatches destination)
    {
        if (options.UseWindow is not { } window)
        {
            return;
        }

        var now = options.Time.GetUtcNow();
        _uses.RemoveAll(u => now - u.When > window);
        var counts = Enumerable.Range(1, matched.Length).Select(depth => _uses.Count(u => u.Prefix.Take(depth).SequenceEqual(matched.Take(depth)) && u.Prefix.Length >= depth)).ToList();
        foreach (var count in counts.Take(counts.FindLastIndex(c => c > 0) + 1))
        {
            destination.AddFrequency(count);
        }

        _uses.Add((now, matched));
    }

    private static void Leave(Node node, WorkerRank worker)
    {
        node.Workers.Remove(worker);
        if (node.Workers.Count == 0)
        {
            node.Children.Clear();
        }
    }

    private static void Empty(WorkerRank worker, Dictionary<ulong, Node> lookup)
    {
        foreach (var node in lookup.Values)
        {
            Leave(node, worker);
        }

        lookup.Clear();
    }

    private KvIndexStatus Store(WorkerRank worker, Dictionary<ulong, Node> lookup, RouterEvent routerEvent)
    {
        var node = _root;
        if (routerEvent.ParentHash is { } parent && !lookup.TryGetValue(parent, out node!))
        {
            return KvIndexStatus.ParentBlockNotFound;
        }

        foreach (var block in routerEvent.Blocks)
        {
            var known = lookup.GetValueOrDefault(block.BlockHash);
            if (known is not null && known == node)
            {
                return KvIndexStatus.InvalidBlock;
            }

            if (!node.Children.TryGetValue(block.TokensHash, out var child))
            {
                node.Children[block.TokensHash] = child = new Node();
            }

            child.Workers.Add(worker);
            lookup[block.BlockHash] = child;
            if (known is not null && known != child)
            {
                Leave(known, worker);
            }

            node = child;
        }

        return KvIndexStatus.Ok;
    }
}
