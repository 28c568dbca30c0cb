using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace DynamoAspire.KvEvents.Index.Prefix;

/// <summary>
/// Block hash → node of one worker-rank: linear probing, at most two thirds full, entries of twelve bytes. Only writers use it.
/// A removal closes the gap it leaves, so that nothing but blocks ever lengthens a search.
/// </summary>
internal sealed class BlockTable
{
    private const int Smallest = 16;
    private const ulong Factor = 0x9E3779B97F4A7C15;

    private Entry[] _entries = new Entry[Smallest];

    public int Count { get; private set; }

    /// <summary>Entries in no order; a node of 0 is no entry.</summary>
    public ReadOnlySpan<Entry> Entries => _entries;

    public long MemoryBytes => (long)_entries.Length * Unsafe.SizeOf<Entry>();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Prefetch(ulong hash) => Prefix.Prefetch.Read(ref _entries[HomeOf(hash, _entries.Length)]);

    /// <summary>Node of a hash, or 0.</summary>
    public int Find(ulong hash) => Find(hash, out _);

    /// <summary>Node of a hash, or 0, and where its entry stands or would stand.</summary>
    public int Find(ulong hash, out int place)
    {
        var entries = _entries;
        var i = HomeOf(hash, entries.Length);
        while (true)
        {
            ref var entry = ref entries[i];
            if (entry.Node == 0 || entry.Hash == hash)
            {
                place = i;
                return entry.Node;
            }

            i = i + 1 == entries.Length ? 0 : i + 1;
        }
    }

    /// <summary>Where the node of a hash stands: 0 if the hash was not there, and then it must be filled. Valid until the next change.</summary>
    public ref int Slot(ulong hash)
    {
        if ((Count + 1) * 3L > _entries.Length * 2L)
        {
            Resize(Larger(_entries.Length));
        }

        var entries = _entries;
        var i = HomeOf(hash, entries.Length);
        while (true)
        {
            ref var entry = ref entries[i];
            if (entry.Node == 0)
            {
                entry.Hash = hash;
                Count++;
                return ref entry.Node;
            }

            if (entry.Hash == hash)
            {
                return ref entry.Node;
            }

            i = i + 1 == entries.Length ? 0 : i + 1;
        }
    }

    /// <summary>Removes a hash; its node, or 0.</summary>
    /// <param name="hash">Hash.</param>
    /// <param name="place">Where it was found a moment ago; removals since may have moved it.</param>
    public int Remove(ulong hash, int place)
    {
        var entries = _entries;
        var i = place;
        if ((uint)i >= (uint)entries.Length || entries[i].Hash != hash || entries[i].Node == 0)
        {
            if (Find(hash, out i) == 0)
            {
                return 0;
            }
        }

        var node = entries[i].Node;
        Count--;
        Close(entries, i);
        if (entries.Length > 1024 && Count * 8L < entries.Length)
        {
            Resize(entries.Length / 4);
        }

        return node;
    }

    public void Clear()
    {
        _entries = new Entry[Smallest];
        Count = 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int HomeOf(ulong hash, int capacity) => PathKey.Home((hash ^ (hash >> 32)) * Factor, capacity);

    private static int Larger(int capacity) => capacity < 1024 ? capacity * 2 : checked((int)(capacity * 1.25));

    /// <summary>Moves up what would no longer be found behind a gap.</summary>
    private static void Close(Entry[] entries, int gap)
    {
        var capacity = entries.Length;
        var i = gap;
        while (true)
        {
            i = i + 1 == capacity ? 0 : i + 1;
            if (entries[i].Node == 0)
            {
                entries[gap] = default;
                return;
            }

            var home = HomeOf(entries[i].Hash, capacity);
            var distance = i >= home ? i - home : i + capacity - home;
            var fromGap = i >= gap ? i - gap : i + capacity - gap;
            if (distance >= fromGap)
            {
                entries[gap] = entries[i];
                gap = i;
            }
        }
    }

    private void Resize(int capacity)
    {
        var old = _entries;
        var entries = new Entry[capacity];
        foreach (ref readonly var entry in old.AsSpan())
        {
            if (entry.Node == 0)
            {
                continue;
            }

            var i = HomeOf(entry.Hash, capacity);
            while (entries[i].Node != 0)
            {
                i = i + 1 == capacity ? 0 : i + 1;
            }

            entries[i] = entry;
        }

        _entries = entries;
    }

    [StructLayout(LayoutKind.Sequential, Pack = 4)]
    public struct Entry
    {
        public ulong Hash;
        public int Node;
    }
}
