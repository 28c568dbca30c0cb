using DynamoAspire.KvEvents.Index.Prefix;
using DynamoAspire.KvEvents.RouterEvents;

namespace DynamoAspire.KvEvents.Index;

/// <content>Storing chains of blocks.</content>
public sealed partial class PrefixIndex
{
    /// <summary>Blocks whose memory is asked for together; more are on their way than a core keeps apart.</summary>
    private const int Group = 16;

    private KvIndexStatus Store(Holder holder, ulong? parentHash, ReadOnlySpan<RouterBlock> blocks)
    {
        if (_order is not null)
        {
            MakeRoom(blocks.Length);
        }

        // What does not depend on the parent is on its way while the parent is looked for.
        Approach(holder, blocks[..Math.Min(Group, blocks.Length)]);

        var parent = 0;
        if (parentHash is { } hash && (parent = holder.Blocks.Find(hash)) == 0)
        {
            Volatile.Write(ref _orphans, _orphans + blocks.Length);
            return KvIndexStatus.ParentBlockNotFound;
        }

        Span<ulong> keys = stackalloc ulong[Group];
        for (var start = 0; start < blocks.Length; start += Group)
        {
            var group = blocks.Slice(start, Math.Min(Group, blocks.Length - start));
            Approach(_nodes[parent].Key, group, keys);
            if (start > 0)
            {
                Approach(holder, group);
            }

            for (var i = 0; i < group.Length; i++)
            {
                var status = Store(holder, ref parent, group[i].BlockHash, keys[i]);
                if (status != KvIndexStatus.Ok)
                {
                    var left = blocks.Length - start - i;
                    Volatile.Write(ref _refused, _refused + (status == KvIndexStatus.OverCapacity ? left : 0));
                    return status;
                }
            }
        }

        return KvIndexStatus.Ok;
    }

    /// <summary>Works out the keys of a chain and brings near what storing it will touch.</summary>
    private void Approach(ulong parentKey, ReadOnlySpan<RouterBlock> blocks, Span<ulong> keys)
    {
        for (var i = 0; i < blocks.Length; i++)
        {
            parentKey = PathKey.Child(parentKey, blocks[i].TokensHash);
            keys[i] = parentKey;
            _children.Prefetch(parentKey);
            _nodes.PrefetchFree(i);
        }
    }

    private static void Approach(Holder holder, ReadOnlySpan<RouterBlock> blocks)
    {
        foreach (ref readonly var block in blocks)
        {
            holder.Blocks.Prefetch(block.BlockHash);
        }
    }

    private KvIndexStatus Store(Holder holder, ref int parent, ulong blockHash, ulong key)
    {
        if (_blockCount >= _options.MaxBlocks && holder.Blocks.Find(blockHash) == 0)
        {
            return KvIndexStatus.OverCapacity;
        }

        ref var slot = ref holder.Blocks.Slot(blockHash);
        var known = slot;
        if (known != 0 && known == parent)
        {
            return KvIndexStatus.InvalidBlock;
        }

        var generation = _nodes[parent].Generation;
        var child = _children.Find(_nodes, parent, generation, key);
        if (child == 0)
        {
            child = _nodes.Take(key, parent, generation);
            _children.Add(key, child);
        }

        slot = child;
        var isNewHolder = Hold(child, holder.Slot);
        if (known == child)
        {
            NameSurplus(child, isNewHolder ? -1 : 0);
        }
        else
        {
            NameSurplus(child, isNewHolder ? 0 : 1);
            if (known == 0)
            {
                Count(holder, 1);
                _order?.Add(holder.Worker, blockHash);
            }
            else
            {
                // The same hash somewhere else: a holder left at the old place would match there for ever.
                Release(known, holder.Slot);
            }
        }

        parent = child;
        return KvIndexStatus.Ok;
    }

    /// <summary>Adds a holder; false if it was one.</summary>
    private bool Hold(int number, int slot)
    {
        ref var node = ref _nodes[number];
        var holders = node.Holders;
        if (holders == 0)
        {
            Volatile.Write(ref node.Holders, slot + 1);
            return true;
        }

        if (holders == slot + 1)
        {
            return false;
        }

        var sets = _view.Sets;
        if (holders < 0)
        {
            return TryAdd(sets[~holders], slot);
        }

        var set = sets.Take();
        TryAdd(sets[set], holders - 1);
        TryAdd(sets[set], slot);
        Volatile.Write(ref node.Holders, ~set);
        return true;
    }

    private static bool TryAdd(Span<ulong> set, int slot)
    {
        ref var word = ref set[slot >> 6];
        var bit = 1UL << (slot & 63);
        if ((word & bit) != 0)
        {
            return false;
        }

        Volatile.Write(ref word, word | bit);
        return true;
    }

    private void NameSurplus(int node, int change)
    {
        if (change == 0)
        {
            return;
        }

        var surplus = _surplusNames.GetValueOrDefault(node) + change;
        if (surplus == 0)
        {
            _surplusNames.Remove(node);
        }
        else
        {
            _surplusNames[node] = surplus;
        }
    }
}
