using DynamoAspire.KvEvents.Index.Prefix;
using DynamoAspire.KvEvents.RouterEvents;

namespace DynamoAspire.KvEvents.Index;

/// <summary>
/// Prefix tree for one writer at a time and readers that take no lock and never wait. A node of 24 bytes, a word in one table of
/// children and twelve bytes in its worker-rank's table are all there is to a block (docs/adr/0006). A look-up that meets a change sees
/// each (block, worker-rank) either before or after it.
/// </summary>
public sealed partial class PrefixIndex : IKvIndex
{
    /// <summary>Generation that no node in use has: a child of it is found by nobody.</summary>
    private const uint NoGeneration = 1;

    private readonly Lock _writer = new();
    private readonly KvIndexOptions _options;
    private readonly NodePool _nodes = new();
    private readonly ChildTable _children = new();
    private readonly Dictionary<WorkerRank, Holder> _holders = [];

    /// <summary>
    /// Names of a node beyond one per holder: a worker-rank that gave the same block two hashes, or one that lost its hold by removing
    /// one of them. Empty for what engines send.
    /// </summary>
    private readonly Dictionary<int, int> _surplusNames = [];
    private readonly int[] _dead = new int[64];
    private int _deadCount;
    private readonly StoreOrder? _order;
    private readonly UseCounter? _uses;
    private IndexView _view = new([], new HolderSets(1));
    private long _blockCount;
    private long _evicted;
    private long _refused;
    private long _orphans;

    /// <summary>Makes an empty index.</summary>
    public PrefixIndex(KvIndexOptions? options = null)
    {
        _options = (options ?? KvIndexOptions.Default).Checked();
        _order = _options.Eviction == KvEvictionPolicy.OldestFirst ? new StoreOrder() : null;
        _uses = _options.UseWindow is { } window ? new UseCounter(window, _options.Time) : null;

        // Not 0, so that who chooses tokens does not choose the places in the table.
        _nodes[0].Key = (ulong)Random.Shared.NextInt64();
    }

    /// <summary>Makes an empty index.</summary>
    public PrefixIndex(KvClearScope clearScope)
        : this(new KvIndexOptions { ClearScope = clearScope })
    {
    }

    /// <inheritdoc/>
    public long BlockCount => Volatile.Read(ref _blockCount);

    /// <summary>Different places in the tree; below <see cref="BlockCount"/> by what several worker-ranks hold.</summary>
    public long NodeCount => _nodes.Count - Volatile.Read(ref _deadCount);

    /// <summary>Blocks forgotten to make room, since the start.</summary>
    public long EvictedBlocks => Volatile.Read(ref _evicted);

    /// <summary>Blocks not stored because the index was full, since the start.</summary>
    public long RefusedBlocks => Volatile.Read(ref _refused);

    /// <summary>Blocks not stored because their parent was not known, since the start.</summary>
    public long OrphanBlocks => Volatile.Read(ref _orphans);

    /// <inheritdoc/>
    public long MemoryBytes
    {
        get
        {
            lock (_writer)
            {
                var bytes = _nodes.MemoryBytes + _children.MemoryBytes + _view.Sets.MemoryBytes + (_order?.MemoryBytes ?? 0) + (_uses?.MemoryBytes ?? 0);
                foreach (var holder in _holders.Values)
                {
                    bytes += holder.Blocks.MemoryBytes;
                }

                return bytes;
            }
        }
    }

    /// <inheritdoc/>
    public KvIndexStatus Apply(RouterEvent routerEvent)
    {
        ArgumentNullException.ThrowIfNull(routerEvent);
        var worker = new WorkerRank(routerEvent.WorkerId, routerEvent.DpRank);
        lock (_writer)
        {
            var holder = HolderOf(worker);
            switch (routerEvent.Kind)
            {
                case RouterEventKind.Stored:
                    return Store(holder, routerEvent.ParentHash, routerEvent.Blocks);
                case RouterEventKind.Removed:
                    return Remove(holder, routerEvent.RemovedHashes);
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
                Forget(holder);
            }
        }
    }

    /// <inheritdoc/>
    public void RemoveRank(WorkerRank worker)
    {
        lock (_writer)
        {
            if (_holders.TryGetValue(worker, out var holder))
            {
                Forget(holder);
            }
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<KvWorkerBlocks> Workers() =>
        [.. Volatile.Read(ref _view).Holders.Where(h => h is not null).Select(h => new KvWorkerBlocks(h!.Worker, h.BlockCount)).OrderBy(w => w.Worker)];

    /// <inheritdoc/>
    public int Blocks(WorkerRank worker)
    {
        foreach (var holder in Volatile.Read(ref _view).Holders)
        {
            if (holder is not null && holder.Worker == worker)
            {
                return holder.BlockCount;
            }
        }

        return 0;
    }

    private Holder HolderOf(WorkerRank worker)
    {
        if (_holders.TryGetValue(worker, out var known))
        {
            return known;
        }

        var slot = Array.IndexOf(_view.Holders, null);
        slot = slot < 0 ? _view.Holders.Length : slot;
        var holder = new Holder(worker, slot);
        _holders.Add(worker, holder);
        var holders = _view.Holders.ToArray();
        Array.Resize(ref holders, Math.Max(holders.Length, slot + 1));
        holders[slot] = holder;
        Volatile.Write(ref _view, new IndexView(holders, slot < _view.Sets.Capacity ? _view.Sets : _view.Sets.Widened()));
        return holder;
    }

    private void Forget(Holder holder)
    {
        Empty(holder);
        _holders.Remove(holder.Worker);
        var holders = _view.Holders.ToArray();
        holders[holder.Slot] = null;
        Volatile.Write(ref _view, _view with { Holders = holders });
    }

    private void Count(Holder holder, int change)
    {
        holder.BlockCount += change;
        Volatile.Write(ref _blockCount, _blockCount + change);
    }
}
