namespace DynamoAspire.EngineSimulator.Pool;

/// <summary>
/// The KV-cache blocks of one rank. Blocks nobody uses stay cached until their memory is needed and are then evicted, least recently
/// used first. A hash is cached in at most one block. Not thread-safe: a rank's scheduler owns it.
/// </summary>
internal sealed class BlockPool
{
    private const int None = -1;

    private readonly ICacheEvents _events;
    private readonly Dictionary<ulong, int> _cached = [];
    private readonly int[] _references;
    private readonly ulong?[] _hashes;

    // Free blocks as a doubly linked list through these arrays; the last element is its anchor. Taken from the front, given back at the end.
    private readonly int[] _previous;
    private readonly int[] _next;

    public BlockPool(int capacity, ICacheEvents events)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        _events = events;
        Capacity = capacity;
        _references = new int[capacity];
        _hashes = new ulong?[capacity];
        _previous = new int[capacity + 1];
        _next = new int[capacity + 1];
        for (var i = 0; i <= capacity; i++)
        {
            _previous[i] = i == 0 ? capacity : i - 1;
            _next[i] = i == capacity ? 0 : i + 1;
        }

        FreeCount = capacity;
    }

    /// <summary>Blocks there are.</summary>
    public int Capacity { get; }

    /// <summary>Blocks nobody uses, cached ones included.</summary>
    public int FreeCount { get; private set; }

    /// <summary>Share of the blocks in use, as vLLM reports it: cached blocks that nobody uses count as free.</summary>
    public double Usage => (double)(Capacity - FreeCount) / Capacity;

    /// <summary>Hashes cached now.</summary>
    public IReadOnlyCollection<ulong> CachedHashes => _cached.Keys;

    public bool IsCached(ulong hash) => _cached.ContainsKey(hash);

    /// <summary>Uses a cached block, if the hash is cached.</summary>
    public bool TryTouch(ulong hash, out int block)
    {
        if (!_cached.TryGetValue(hash, out block))
        {
            block = None;
            return false;
        }

        if (_references[block]++ == 0)
        {
            Unlink(block);
        }

        return true;
    }

    /// <summary>Takes a block for new content; evicts what it held. False when all are in use.</summary>
    public bool TryAllocate(out int block)
    {
        block = _next[Capacity];
        if (block == Capacity)
        {
            block = None;
            return false;
        }

        Unlink(block);
        _references[block] = 1;
        Forget(block);
        return true;
    }

    /// <summary>
    /// A block in use is full. If its content is cached already the block is given back and the cached one is used in its place.
    /// </summary>
    /// <returns>The block that holds the content from now on.</returns>
    public int Commit(int block, ulong hash, out bool isNew)
    {
        isNew = true;
        if (_cached.TryGetValue(hash, out var existing))
        {
            isNew = false;
            if (existing != block)
            {
                TryTouch(hash, out existing);
                Release(block);
            }

            return existing;
        }

        if (_hashes[block] is not null)
        {
            throw new InvalidOperationException($"Block {block} has content already.");
        }

        _hashes[block] = hash;
        _cached[hash] = block;
        return block;
    }

    /// <summary>Somebody no longer uses a block. Its content stays cached; a block without any is the first to be taken again.</summary>
    public void Release(int block)
    {
        if (_references[block] <= 0)
        {
            throw new InvalidOperationException($"Block {block} is not in use.");
        }

        if (--_references[block] == 0)
        {
            var before = _hashes[block] is null ? Capacity : _previous[Capacity];
            Link(block, before);
        }
    }

    /// <summary>Empties the cache. Blocks in use stay in use, but their content is no longer found.</summary>
    public void Clear()
    {
        for (var i = 0; i < Capacity; i++)
        {
            _hashes[i] = null;
        }

        _cached.Clear();
        _events.Cleared();
    }

    private void Forget(int block)
    {
        if (_hashes[block] is { } hash)
        {
            _hashes[block] = null;
            _cached.Remove(hash);
            _events.Removed(hash);
        }
    }

    private void Unlink(int block)
    {
        _next[_previous[block]] = _next[block];
        _previous[_next[block]] = _previous[block];
        FreeCount--;
    }

    private void Link(int block, int before)
    {
        _previous[block] = before;
        _next[block] = _next[before];
        _previous[_next[before]] = block;
        _next[before] = block;
        FreeCount++;
    }
}
