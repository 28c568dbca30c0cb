namespace DynamoAspire.KvEvents.Index.Prefix;

/// <summary>
/// Sets of worker-ranks as bits, for nodes that several hold. One writer; a reader that meets a change sees each worker-rank either
/// before or after it. A wider one replaces it when slots run out.
/// </summary>
internal sealed class HolderSets(int words)
{
    private const int ChunkBits = 10;
    private const int ChunkSize = 1 << ChunkBits;

    private ulong[][] _chunks = [];
    private int[] _free = new int[16];
    private int _freeCount;
    private int _used;

    /// <summary>64-bit words per set.</summary>
    public int Words { get; } = words;

    public int Capacity => Words * 64;

    public long MemoryBytes => ((long)_chunks.Length * ChunkSize * Words * sizeof(ulong)) + ((long)_free.Length * sizeof(int));

    public Span<ulong> this[int set] => Volatile.Read(ref _chunks)[set >> ChunkBits].AsSpan((set & (ChunkSize - 1)) * Words, Words);

    /// <summary>For readers, who may ask for a set that only the wider ones have: that is empty here, and they begin again.</summary>
    public void CopyTo(int set, Span<ulong> destination)
    {
        var chunks = Volatile.Read(ref _chunks);
        if (set >> ChunkBits >= chunks.Length)
        {
            destination.Clear();
            return;
        }

        chunks[set >> ChunkBits].AsSpan((set & (ChunkSize - 1)) * Words, Words).CopyTo(destination);
    }

    /// <summary>Takes an empty set.</summary>
    public int Take()
    {
        if (_freeCount > 0)
        {
            var set = _free[--_freeCount];
            this[set].Clear();
            return set;
        }

        if (_used >> ChunkBits == _chunks.Length)
        {
            Volatile.Write(ref _chunks, [.. _chunks, new ulong[ChunkSize * Words]]);
        }

        return _used++;
    }

    public void Return(int set)
    {
        if (_freeCount == _free.Length)
        {
            Array.Resize(ref _free, _freeCount * 2);
        }

        _free[_freeCount++] = set;
    }

    /// <summary>The same sets by the same numbers with room for more worker-ranks.</summary>
    public HolderSets Widened()
    {
        var wider = new HolderSets(Words * 2) { _free = _free, _freeCount = _freeCount, _used = _used, _chunks = new ulong[_chunks.Length][] };
        for (var i = 0; i < wider._chunks.Length; i++)
        {
            wider._chunks[i] = new ulong[ChunkSize * wider.Words];
        }

        for (var set = 0; set < _used; set++)
        {
            this[set].CopyTo(wider[set]);
        }

        return wider;
    }
}
