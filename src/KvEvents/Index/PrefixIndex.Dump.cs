using DynamoAspire.KvEvents.Index.Prefix;
using DynamoAspire.KvEvents.RouterEvents;

namespace DynamoAspire.KvEvents.Index;

/// <content>The tree as events.</content>
public sealed partial class PrefixIndex
{
    /// <summary>
    /// Tells the tree as stored events, one per (block, worker-rank), parents first, with ids from 0: applied to an empty index they give
    /// the same answers. Blocks that no look-up reaches because their worker-rank lacks one above them are left out, as nothing on this
    /// wire can say them. Writers wait while the blocks are listed, not while they are told.
    /// </summary>
    /// <param name="worker">Only this worker-rank, or null for all.</param>
    /// <param name="each">Called for each event, which is valid during the call only.</param>
    /// <returns>Number of events.</returns>
    public int Dump(WorkerRank? worker, Action<RouterEvent> each)
    {
        ArgumentNullException.ThrowIfNull(each);
        var blocks = new List<ListedBlock>();
        lock (_writer)
        {
            foreach (var holder in _holders.Values)
            {
                if (worker is null || worker == holder.Worker)
                {
                    List(holder, blocks, withLost: false);
                }
            }
        }

        blocks.Sort(static (a, b) => a.Depth.CompareTo(b.Depth));
        var routerEvent = new RouterEvent();
        foreach (var block in blocks)
        {
            routerEvent.WorkerId = block.Worker.WorkerId;
            routerEvent.DpRank = block.Worker.DpRank;
            routerEvent.Reset(RouterEventKind.Stored);
            routerEvent.ParentHash = block.Depth == 1 ? null : block.ParentHash;
            routerEvent.AddBlock(block.Hash, block.TokensHash);
            each(routerEvent);
            routerEvent.EventId++;
        }

        return blocks.Count;
    }

    /// <summary>Lists the blocks of a worker-rank with their depth; those it cannot be asked for get depth 0 or are left out.</summary>
    private void List(Holder holder, List<ListedBlock> blocks, bool withLost)
    {
        var names = new Dictionary<int, (ulong Hash, int Depth)>(holder.Blocks.Count);
        foreach (var entry in holder.Blocks.Entries)
        {
            if (entry.Node != 0)
            {
                names[entry.Node] = (entry.Hash, -1);
            }
        }

        var path = new Stack<int>();
        foreach (var entry in holder.Blocks.Entries)
        {
            if (entry.Node == 0)
            {
                continue;
            }

            var depth = DepthOf(entry.Node, names, path);
            if (depth == 0)
            {
                if (withLost)
                {
                    blocks.Add(new ListedBlock(holder.Worker, entry.Hash, 0, 0, 0));
                }

                continue;
            }

            ref var node = ref _nodes[entry.Node];
            var parentHash = node.Parent == 0 ? 0 : names[node.Parent].Hash;
            blocks.Add(new ListedBlock(holder.Worker, entry.Hash, parentHash, PathKey.TokensHash(_nodes[node.Parent].Key, node.Key), depth));
        }
    }

    /// <summary>Blocks from the root down to a node if the worker-rank holds them all, else 0. Each node is worked out once.</summary>
    private int DepthOf(int number, Dictionary<int, (ulong Hash, int Depth)> names, Stack<int> path)
    {
        var depth = -1;
        for (var at = number; depth < 0;)
        {
            if (at == 0)
            {
                break;
            }

            if (!names.TryGetValue(at, out var known))
            {
                depth = 0;
                break;
            }

            if (known.Depth >= 0)
            {
                depth = known.Depth;
                break;
            }

            path.Push(at);
            ref var node = ref _nodes[at];
            depth = node.ParentGeneration == _nodes[node.Parent].Generation ? -1 : 0;
            at = node.Parent;
        }

        // Not negative and 0: somewhere above it is lost, and so is everything on the way.
        var isLost = depth == 0;
        depth = Math.Max(depth, 0);
        while (path.TryPop(out var at))
        {
            depth = isLost ? 0 : depth + 1;
            names[at] = names[at] with { Depth = depth };
        }

        return depth;
    }

    private readonly record struct ListedBlock(WorkerRank Worker, ulong Hash, ulong ParentHash, ulong TokensHash, int Depth);
}
