using DynamoAspire.KvEvents.RouterEvents;

namespace DynamoAspire.KvBench.Traces;

/// <summary>
/// What a router and its workers do over a trace: each request is asked for, goes to the worker with the longest prefix (the least
/// busy among equals), and that worker stores what it lacks and evicts what it used least lately. Worked out before the clock starts.
/// </summary>
internal sealed class TraceOperations
{
    private readonly List<(char Kind, int Worker, int Start, int Count, ulong? Parent)> _operations = [];
    private readonly List<ulong> _hashes = [];
    private readonly List<RouterBlock> _blocks = [];

    public TraceOperations(Trace trace, int workers, int capacity)
    {
        var pools = Enumerable.Range(0, workers).Select(_ => new Pool(capacity)).ToArray();
        foreach (var ids in trace.Requests)
        {
            Asked += ids.Length;
            _operations.Add(('?', 0, _hashes.Count, ids.Length, null));
            _hashes.AddRange(ids.Select(TokensHash));
            var worker = Enumerable.Range(0, workers).MaxBy(w => (pools[w].Prefix(ids), -pools[w].Requests));
            var pool = pools[worker];
            var held = Math.Min(pool.Prefix(ids), ids.Length);
            var evicted = pool.Use(ids);
            if (evicted.Count > 0)
            {
                Removed += evicted.Count;
                _operations.Add(('-', worker, _hashes.Count, evicted.Count, null));
                _hashes.AddRange(evicted.Select(BlockHash));
            }

            if (held < ids.Length)
            {
                Stored += ids.Length - held;
                _operations.Add(('+', worker, _blocks.Count, ids.Length - held, held == 0 ? null : BlockHash(ids[held - 1])));
                _blocks.AddRange(ids.Skip(held).Select(i => new RouterBlock(BlockHash(i), TokensHash(i))));
            }
        }
    }

    public long Asked { get; }

    public long Stored { get; }

    public long Removed { get; }

    public long Total => Asked + Stored + Removed;

    /// <summary>Applies everything; the blocks found over all requests, so that two indexes can be compared.</summary>
    public long Apply(Action<RouterEvent> apply, MatchBlocks match)
    {
        var routerEvent = new RouterEvent();
        var hashes = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_hashes);
        var blocks = System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_blocks);
        long found = 0;
        foreach (ref readonly var operation in System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_operations))
        {
            if (operation.Kind == '?')
            {
                found += match(hashes.Slice(operation.Start, operation.Count));
                continue;
            }

            routerEvent.WorkerId = (ulong)operation.Worker;
            routerEvent.Reset(operation.Kind == '+' ? RouterEventKind.Stored : RouterEventKind.Removed);
            routerEvent.ParentHash = operation.Parent;
            if (operation.Kind == '-')
            {
                routerEvent.AddRemoved(hashes.Slice(operation.Start, operation.Count));
            }
            else
            {
                foreach (ref readonly var block in blocks.Slice(operation.Start, operation.Count))
                {
                    routerEvent.AddBlock(block.BlockHash, block.TokensHash);
                }
            }

            apply(routerEvent);
        }

        return found;
    }

    public delegate int MatchBlocks(ReadOnlySpan<ulong> tokensHashes);

    /// <summary>A bijection, so that equal ids and only those have equal hashes.</summary>
    private static ulong TokensHash(int id) => Mix((ulong)id + 0x1234_5678);

    private static ulong BlockHash(int id) => Mix((ulong)id + 0x9876_5432_1000);

    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
        value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
        return value ^ (value >> 31);
    }

    /// <summary>One worker's blocks, least lately used first; of one request the deeper ones go first.</summary>
    private sealed class Pool(int capacity)
    {
        private readonly Dictionary<int, LinkedListNode<int>> _nodes = [];
        private readonly LinkedList<int> _order = new();

        public int Requests { get; private set; }

        public int Prefix(int[] ids)
        {
            var held = 0;
            while (held < ids.Length && _nodes.ContainsKey(ids[held]))
            {
                held++;
            }

            return held;
        }

        public List<int> Use(int[] ids)
        {
            Requests++;
            for (var i = ids.Length - 1; i >= 0; i--)
            {
                if (_nodes.TryGetValue(ids[i], out var node))
                {
                    _order.Remove(node);
                    _order.AddLast(node);
                }
                else
                {
                    _nodes[ids[i]] = _order.AddLast(ids[i]);
                }
            }

            var evicted = new List<int>();
            while (_nodes.Count > capacity)
            {
                evicted.Add(_order.First!.Value);
                _nodes.Remove(_order.First!.Value);
                _order.RemoveFirst();
            }

            return evicted;
        }
    }
}
