using System.Runtime.CompilerServices;

namespace DynamoAspire.KvEvents.Index.Prefix;

/// <summary>
/// Path key → node: linear probing over words of (upper half of the key, node). Entries never move, so that readers need no lock: a
/// removed one leaves a mark behind unless the search would end there anyway. Growing makes a new array; a reader of the old one sees
/// what was before.
/// </summary>
internal sealed class ChildTable
{
    /// <summary>A word without a node that is not the end of a search.</summary>
    private const ulong Removed = 1UL << 32;
    private const int Smallest = 64;

    private ulong[] _slots = new ulong[Smallest];
    private int _count;
    private int _removed;

    public ulong[] Slots
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Volatile.Read(ref _slots);
    }

    public long MemoryBytes => (long)_slots.Length * sizeof(ulong);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(ulong key) => Prefix.Prefetch.Read(ref _slots[PathKey.Home(key, _slots.Length)]);

    /// <summary>Whether a word may be the entry of a key; the node must be looked at.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsCandidate(ulong word, ulong key) => ((word ^ key) >> 32) == 0 && (uint)word != 0;

    /// <summary>The first node in whose word the key's upper half stands, or 0. For prefetching it.</summary>
    public static int Candidate(ulong[] slots, ulong key)
    {
        var i = PathKey.Home(key, slots.Length);
        while (true)
        {
            var word = Volatile.Read(ref slots[i]);
            if (word == 0)
            {
                return 0;
            }

            if (IsCandidate(word, key))
            {
                return (int)(uint)word;
            }

            i = i + 1 == slots.Length ? 0 : i + 1;
        }
    }

    /// <summary>For the writer: the child of a node by its key, or 0.</summary>
    public int Find(NodePool nodes, int parent, uint parentGeneration, ulong key)
    {
        var slots = _slots;
        var i = PathKey.Home(key, slots.Length);
        while (true)
        {
            var word = slots[i];
            if (word == 0)
            {
                return 0;
            }

            if (IsCandidate(word, key))
            {
                ref var node = ref nodes[(int)(uint)word];
                if (node.Key == key && node.Parent == parent && node.ParentGeneration == parentGeneration && (node.Generation & 1) == 0)
                {
                    return (int)(uint)word;
                }
            }

            i = i + 1 == slots.Length ? 0 : i + 1;
        }
    }

    /// <summary>Adds a node that is not there.</summary>
    public void Add(ulong key, int node)
    {
        if ((_count + _removed + 1) * 3L > _slots.Length * 2L)
        {
            Rebuild();
        }

        var slots = _slots;
        var i = PathKey.Home(key, slots.Length);
        while ((uint)slots[i] != 0)
        {
            i = i + 1 == slots.Length ? 0 : i + 1;
        }

        _removed -= slots[i] == Removed ? 1 : 0;
        _count++;
        Volatile.Write(ref slots[i], ((key >> 32) << 32) | (uint)node);
    }

    /// <summary>Removes a node that is there.</summary>
    public void Remove(ulong key, int node)
    {
        var slots = _slots;
        var i = PathKey.Home(key, slots.Length);
        while ((uint)slots[i] != (uint)node)
        {
            i = i + 1 == slots.Length ? 0 : i + 1;
        }

        _count--;
        if (slots[i + 1 == slots.Length ? 0 : i + 1] != 0)
        {
            Volatile.Write(ref slots[i], Removed);
            _removed++;
        }
        else
        {
            // The search ends behind it anyway, and so the marks before it mean nothing any more.
            Volatile.Write(ref slots[i], 0);
            i = i == 0 ? slots.Length - 1 : i - 1;
            while (slots[i] == Removed)
            {
                Volatile.Write(ref slots[i], 0);
                _removed--;
                i = i == 0 ? slots.Length - 1 : i - 1;
            }
        }

        if (slots.Length > 1024 && _count * 8L < slots.Length)
        {
            Rebuild();
        }
    }

    private void Rebuild()
    {
        // Half full and a little more afterwards, whatever the marks took. A word holds all that its place depends on.
        var old = _slots;
        var capacity = Math.Max(Smallest, checked((int)(_count * 1.25 * 3 / 2)));
        var slots = new ulong[capacity];
        foreach (var word in old)
        {
            if ((uint)word == 0)
            {
                continue;
            }

            var i = PathKey.Home(word, capacity);
            while (slots[i] != 0)
            {
                i = i + 1 == capacity ? 0 : i + 1;
            }

            slots[i] = word;
        }

        _removed = 0;
        Volatile.Write(ref _slots, slots);
    }
}
