using DynamoAspire.KvEvents.Index;
using DynamoAspire.KvEvents.RouterEvents;

namespace DynamoAspire.KvBench.Index;

/// <summary>The index one writes first: worker and block hash → node, parent and tokens hash → child. The yardstick.</summary>
internal sealed class TwoDictionaryIndex
{
    private readonly Dictionary<(WorkerRank Worker, ulong Hash), Node> _blocks = [];
    private readonly Dictionary<(Node Parent, ulong Tokens), Node> _children = [];
    private readonly Node _root = new(null, 0);

    public void Apply(RouterEvent routerEvent)
    {
        var worker = new WorkerRank(routerEvent.WorkerId, routerEvent.DpRank);
        if (routerEvent.Kind == RouterEventKind.Removed)
        {
            foreach (var hash in routerEvent.RemovedHashes)
            {
                if (_blocks.Remove((worker, hash), out var node))
                {
                    node.Holders.Remove(worker);
                    if (node.Holders.Count == 0)
                    {
                        _children.Remove((node.Parent!, node.Tokens));
                    }
                }
            }

            return;
        }

        var at = _root;
        if (routerEvent.ParentHash is { } parent && !_blocks.TryGetValue((worker, parent), out at!))
        {
            return;
        }

        foreach (var block in routerEvent.Blocks)
        {
            if (!_children.TryGetValue((at, block.TokensHash), out var child))
            {
                child = new Node(at, block.TokensHash);
                _children.Add((at, block.TokensHash), child);
            }

            if (!child.Holders.Contains(worker))
            {
                child.Holders.Add(worker);
            }

            _blocks[(worker, block.BlockHash)] = child;
            at = child;
        }
    }

    /// <summary>Leading blocks that the best worker holds.</summary>
    public int BestMatch(ReadOnlySpan<ulong> tokensHashes)
    {
        var (at, depth) = (_root, 0);
        List<WorkerRank>? active = null;
        foreach (var hash in tokensHashes)
        {
            if (!_children.TryGetValue((at, hash), out var child))
            {
                break;
            }

            active = active is null ? [.. child.Holders] : active.FindAll(child.Holders.Contains);
            if (active.Count == 0)
            {
                break;
            }

            at = child;
            depth++;
        }

        return depth;
    }

    private sealed class Node(Node? parent, ulong tokens)
    {
        public Node? Parent { get; } = parent;

        public ulong Tokens { get; } = tokens;

        public List<WorkerRank> Holders { get; } = new(1);
    }
}
