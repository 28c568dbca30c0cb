using System.Collections.Concurrent;
using DynamoAspire.KvEvents.RouterEvents;

namespace DynamoAspire.KvEvents.Index;

/// <summary>
/// Prefix tree with one writer at a time and readers that take no lock. Children are found in one concurrent map by (parent, tokens
/// hash); the holders of a node are an immutable array that the writer replaces. A look-up that meets a change sees each node either
/// before or after it.
/// </summary>
public sealed class TreeIndex : IKvIndex
{
    /// <summary>Node, its entry in the map, its set of children and its array of holders; measured by the test of MemoryBytes.</summary>
    private const int BytesPerNode = 330;

    /// <summary>Entry in the holder's map and in the node's array.</summary>
    private const int BytesPerBlock = 50;

    private readonly ConcurrentDictionary<ChildKey, Node> _children = new();
    private readonly Dictionary<WorkerRank, Holder> _holders = [];
    private readonly Node _root = new(0, null, default);
    private readonly Lock _writer = new();
    private readonly KvClearScope _clearScope;
    private readonly Stack<Node> _detaching = new();
    private ulong _lastNodeId;
    private long _blockCount;
    private long _nodeCount;

    /// <summary>Makes an empty index.</summary>
    public TreeIndex(KvClearScope clearScope = KvClearScope.Worker) => _clearScope = clearScope;

    /// <inheritdoc/>
    public long BlockCount => Interlocked.Read(ref _blockCount);

    /// <inheritdoc/>
    public long MemoryBytes => (Interlocked.Read(ref _nodeCount) * BytesPerNode) + (BlockCount * BytesPerBlock);

    /// <summary>Nodes in the tree, for tests of its memory.</summary>
    internal int NodeCount => _children.Count;

    /// <inheritdoc/>
    public KvIndexStatus Apply(RouterEvent routerEvent)
    {
        ArgumentNullException.ThrowIfNull(routerEvent);
        var worker = new WorkerRank(routerEvent.WorkerId, routerEvent.DpRank);
        lock (_writer)
        {
            switch (routerEvent.Kind)
            {
                case RouterEventKind.Stored:
                    return Store(HolderOf(worker), routerEvent);
                case RouterEventKind.Removed:
                    return Remove(HolderOf(worker), routerEvent.RemovedHashes);
                default:
                    Clear(worker);
                    return KvIndexStatus.Ok;
            }
        }
    }

    /// <inheritdoc/>
    public void RemoveWorker(ulong workerId)
    {
        lock (_writer)
        {
            foreach (var holder in _holders.Values.Where(h => h.Worker.WorkerId == workerId).ToArray())
            {
                Empty(holder);
                _holders.Remove(holder.Worker);
            }
        }
    }

    /// <inheritdoc/>
    public void RemoveRank(WorkerRank worker)
    {
        lock (_writer)
        {
            if (_holders.Remove(worker, out var holder))
            {
                Empty(holder);
            }
        }
    }

    /// <inheritdoc/>
    public void FindMatches(ReadOnlySpan<ulong> tokensHashes, KvMatches destination, bool earlyExit = false)
    {
        ArgumentNullException.ThrowIfNull(destination);
        destination.Clear();
        if (tokensHashes.IsEmpty || !_children.TryGetValue(new ChildKey(_root.Id, tokensHashes[0]), out var node))
        {
            return;
        }

        var active = node.Holders;
        var depth = 1;
        while (depth < tokensHashes.Length && active.Length > (earlyExit ? 1 : 0))
        {
            if (!_children.TryGetValue(new ChildKey(node.Id, tokensHashes[depth]), out var next))
            {
                break;
            }

            active = Intersect(active, next.Holders, depth, destination);
            node = next;
            depth += active.Length > 0 ? 1 : 0;
        }

        foreach (var holder in active)
        {
            destination.Add(holder.Worker, depth, holder.BlockCount);
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<KvWorkerBlocks> Workers()
    {
        lock (_writer)
        {
            return [.. _holders.Values.Select(h => new KvWorkerBlocks(h.Worker, h.BlockCount)).OrderBy(w => w.Worker)];
        }
    }

    /// <inheritdoc/>
    public int Blocks(WorkerRank worker)
    {
        lock (_writer)
        {
            return _holders.TryGetValue(worker, out var holder) ? holder.BlockCount : 0;
        }
    }

    /// <summary>Those of <paramref name="active"/> that hold the next node too; the others get their score. Both arrays are in order of the holders.</summary>
    private static Holder[] Intersect(Holder[] active, Holder[] next, int depth, KvMatches destination)
    {
        if (ReferenceEquals(active, next))
        {
            return active;
        }

        var kept = new Holder[Math.Min(active.Length, next.Length)];
        var (count, k) = (0, 0);
        foreach (var holder in active)
        {
            while (k < next.Length && next[k].Order < holder.Order)
            {
                k++;
            }

            if (k < next.Length && ReferenceEquals(next[k], holder))
            {
                kept[count++] = holder;
            }
            else
            {
                destination.Add(holder.Worker, depth, holder.BlockCount);
            }
        }

        return count == kept.Length ? kept : kept[..count];
    }

    private Holder HolderOf(WorkerRank worker)
    {
        if (!_holders.TryGetValue(worker, out var holder))
        {
            holder = new Holder(worker, _holders.Count == 0 ? 0 : _holders.Values.Max(h => h.Order) + 1);
            _holders.Add(worker, holder);
        }

        return holder;
    }

    private KvIndexStatus Store(Holder holder, RouterEvent routerEvent)
    {
        var node = _root;
        if (routerEvent.ParentHash is { } parentHash && !holder.Blocks.TryGetValue(parentHash, out node!))
        {
            return KvIndexStatus.ParentBlockNotFound;
        }

        foreach (var block in routerEvent.Blocks)
        {
            if (holder.Blocks.TryGetValue(block.BlockHash, out var known) && ReferenceEquals(known, node))
            {
                return KvIndexStatus.InvalidBlock;
            }

            var child = ChildOf(node, block.TokensHash);
            Hold(child, holder);
            if (!ReferenceEquals(known, child))
            {
                child.References++;
                holder.Blocks[block.BlockHash] = child;
                if (known is null)
                {
                    holder.BlockCount++;
                    Interlocked.Increment(ref _blockCount);
                }
                else
                {
                    // The same hash somewhere else: a holder left at the old place would match there for ever.
                    Release(known, holder);
                }
            }

            node = child;
        }

        return KvIndexStatus.Ok;
    }

    private KvIndexStatus Remove(Holder holder, ReadOnlySpan<ulong> hashes)
    {
        var status = KvIndexStatus.Ok;
        foreach (var hash in hashes)
        {
            if (!holder.Blocks.Remove(hash, out var node))
            {
                status = KvIndexStatus.BlockNotFound;
                continue;
            }

            holder.BlockCount--;
            Interlocked.Decrement(ref _blockCount);
            Release(node, holder);
        }

        return status;
    }

    private void Clear(WorkerRank worker)
    {
        HolderOf(worker);
        foreach (var holder in _holders.Values)
        {
            if (holder.Worker == worker || (_clearScope == KvClearScope.Worker && holder.Worker.WorkerId == worker.WorkerId))
            {
                Empty(holder);
            }
        }
    }

    private void Empty(Holder holder)
    {
        Interlocked.Add(ref _blockCount, -holder.Blocks.Count);
        holder.BlockCount = 0;
        foreach (var node in holder.Blocks.Values)
        {
            Release(node, holder);
        }

        holder.Blocks.Clear();
    }

    private Node ChildOf(Node parent, ulong tokensHash)
    {
        var key = new ChildKey(parent.Id, tokensHash);
        if (!parent.IsDetached && _children.TryGetValue(key, out var child))
        {
            return child;
        }

        child = new Node(++_lastNodeId, parent, key) { IsDetached = parent.IsDetached };
        if (!parent.IsDetached)
        {
            Interlocked.Increment(ref _nodeCount);
            (parent.Children ??= []).Add(child);
            _children[key] = child;
        }

        return child;
    }

    private static void Hold(Node node, Holder holder)
    {
        var holders = node.Holders;
        var at = 0;
        while (at < holders.Length && holders[at].Order < holder.Order)
        {
            at++;
        }

        if (at == holders.Length || !ReferenceEquals(holders[at], holder))
        {
            node.Holders = [.. holders.AsSpan(0, at), holder, .. holders.AsSpan(at)];
        }
    }

    private void Release(Node node, Holder holder)
    {
        node.References--;
        var holders = node.Holders;
        var at = Array.IndexOf(holders, holder);
        if (at >= 0)
        {
            node.Holders = [.. holders.AsSpan(0, at), .. holders.AsSpan(at + 1)];
        }

        if (node.Holders.Length == 0)
        {
            DetachChildren(node);
        }

        DropIfUnused(node);
    }

    /// <summary>A node that nobody holds or names is as good as not there: taking it out is what keeps memory bounded by the blocks held.</summary>
    private void DropIfUnused(Node node)
    {
        if (node.References == 0 && node.Holders.Length == 0 && !node.IsDetached)
        {
            DetachChildren(node);
            _children.TryRemove(node.Key, out _);
            Interlocked.Decrement(ref _nodeCount);
            node.Parent!.Children!.Remove(node);
            node.IsDetached = true;
        }
    }

    /// <summary>
    /// A node that nobody holds drops its subtree. Its blocks stay known to their holders, so that later stores below them and their
    /// removal are still understood, but no look-up reaches them.
    /// </summary>
    private void DetachChildren(Node node)
    {
        _detaching.Push(node);
        while (_detaching.TryPop(out var current))
        {
            foreach (var child in current.Children ?? [])
            {
                _children.TryRemove(child.Key, out _);
                Interlocked.Decrement(ref _nodeCount);
                child.IsDetached = true;
                _detaching.Push(child);
            }

            current.Children = null;
        }
    }

    private readonly record struct ChildKey(ulong Parent, ulong TokensHash);

    private sealed class Holder(WorkerRank worker, long order)
    {
        private int _blockCount;

        public WorkerRank Worker { get; } = worker;

        public long Order { get; } = order;

        public Dictionary<ulong, Node> Blocks { get; } = [];

        public int BlockCount
        {
            get => Volatile.Read(ref _blockCount);
            set => Volatile.Write(ref _blockCount, value);
        }
    }

    private sealed class Node(ulong id, Node? parent, ChildKey key)
    {
        private Holder[] _holders = [];

        public ulong Id { get; } = id;

        public Node? Parent { get; } = parent;

        public ChildKey Key { get; } = key;

        public HashSet<Node>? Children { get; set; }

        /// <summary>Entries of holders' block maps that lead here.</summary>
        public int References { get; set; }

        public bool IsDetached { get; set; }

        public Holder[] Holders
        {
            get => Volatile.Read(ref _holders);
            set => Volatile.Write(ref _holders, value);
        }
    }
}
