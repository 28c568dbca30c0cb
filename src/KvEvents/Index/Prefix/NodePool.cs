using System.Runtime.CompilerServices;

namespace DynamoAspire.KvEvents.Index.Prefix;

/// <summary>Nodes by number, in chunks that never move. Number 0 is the root. One writer; readers may read any node that they found in a table.</summary>
internal sealed class NodePool
{
    private const int ChunkBits = 13;
    private const int ChunkSize = 1 << ChunkBits;

    private IndexNode[][] _chunks = [new IndexNode[ChunkSize]];
    private int[] _free = new int[16];
    private int _freeCount;
    private int _used = 1;

    /// <summary>Nodes in use, the root aside.</summary>
    public int Count => _used - 1 - _freeCount;

    public long MemoryBytes => ((long)_chunks.Length * ChunkSize * Unsafe.SizeOf<IndexNode>()) + ((long)_free.Length * sizeof(int));

    public ref IndexNode this[int number]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref Volatile.Read(ref _chunks)[number >> ChunkBits][number & (ChunkSize - 1)];
    }

    /// <summary>Takes a node. Nothing finds it until the caller has put it into a table.</summary>
    public int Take(ulong key, int parent, uint parentGeneration)
    {
        int number;
        if (_freeCount > 0)
        {
            number = _free[--_freeCount];
        }
        else
        {
            number = _used++;
            if (number >> ChunkBits == _chunks.Length)
            {
                Volatile.Write(ref _chunks, [.. _chunks, new IndexNode[ChunkSize]]);
            }
        }

        ref var node = ref this[number];
        node.Key = key;
        node.Parent = parent;
        node.ParentGeneration = parentGeneration;
        node.Holders = 0;
        Volatile.Write(ref node.Generation, (node.Generation | 1) + 1);
        return number;
    }

    /// <summary>Makes a node invalid for readers; <see cref="Return"/> gives its place back once no table leads to it.</summary>
    public static void Invalidate(ref IndexNode node)
    {
        Volatile.Write(ref node.Generation, node.Generation + 1);
        Volatile.WriteBarrier();
    }

    public void Return(int number)
    {
        if (_freeCount == _free.Length)
        {
            Array.Resize(ref _free, _freeCount * 2);
        }

        _free[_freeCount++] = number;
    }

    /// <summary>Brings near the place that the next but <paramref name="ahead"/> taken node will have.</summary>
    public void PrefetchFree(int ahead)
    {
        if (ahead < _freeCount)
        {
            Prefetch.Read(ref this[_free[_freeCount - 1 - ahead]]);
        }
    }
}
