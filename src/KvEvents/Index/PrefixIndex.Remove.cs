using DynamoAspire.KvEvents.Index.Prefix;

namespace DynamoAspire.KvEvents.Index;

/// <content>Removing blocks.</content>
public sealed partial class PrefixIndex
{
    private KvIndexStatus Remove(Holder holder, ReadOnlySpan<ulong> hashes)
    {
        var status = KvIndexStatus.Ok;
        Span<int> places = stackalloc int[Group];
        for (var start = 0; start < hashes.Length; start += Group)
        {
            var group = hashes.Slice(start, Math.Min(Group, hashes.Length - start));
            Approach(holder, group, places);
            for (var i = 0; i < group.Length; i++)
            {
                var node = holder.Blocks.Remove(group[i], places[i]);
                if (node == 0)
                {
                    status = KvIndexStatus.BlockNotFound;
                    continue;
                }

                Count(holder, -1);
                Release(node, holder.Slot);
            }
        }

        return status;
    }

    /// <summary>Brings near what removing blocks will touch: their entries, whose places it tells, then their nodes.</summary>
    private void Approach(Holder holder, ReadOnlySpan<ulong> hashes, Span<int> places)
    {
        foreach (var hash in hashes)
        {
            holder.Blocks.Prefetch(hash);
        }

        for (var i = 0; i < hashes.Length; i++)
        {
            Prefetch.Read(ref _nodes[holder.Blocks.Find(hashes[i], out places[i])]);
        }
    }

    private void Clear(WorkerRank worker)
    {
        foreach (var holder in _holders.Values)
        {
            if (holder.Worker == worker || (_options.ClearScope == KvClearScope.Worker && holder.Worker.WorkerId == worker.WorkerId))
            {
                Empty(holder);
            }
        }
    }

    private void Empty(Holder holder)
    {
        var entries = holder.Blocks.Entries;
        for (var i = 0; i < entries.Length; i++)
        {
            Prefetch.Read(ref _nodes[entries[Math.Min(i + Group, entries.Length - 1)].Node]);
            if (entries[i].Node != 0)
            {
                Release(entries[i].Node, holder.Slot);
            }
        }

        Count(holder, -holder.Blocks.Count);
        holder.Blocks.Clear();
    }

    /// <summary>A name of the node is gone, and with it its worker-rank's hold. A node without holders drops its subtree.</summary>
    private void Release(int number, int slot)
    {
        ref var node = ref _nodes[number];
        NameSurplus(number, Drop(ref node, slot, out var isEmpty) ? 0 : -1);
        if (!isEmpty)
        {
            return;
        }

        NodePool.Invalidate(ref node);
        if (_surplusNames.Count > 0 && _surplusNames.ContainsKey(number))
        {
            Volatile.Write(ref node.Generation, node.Generation + 1);
            return;
        }

        // A node that nobody holds or names is as good as not there: taking it out is what keeps memory bounded by the blocks held.
        if (node.Holders < 0)
        {
            _view.Sets.Return(~node.Holders);
            node.Holders = 0;
        }

        _children.Prefetch(node.Key);
        _dead[_deadCount++] = number;
        if (_deadCount == _dead.Length)
        {
            BuryDead();
        }
    }

    /// <summary>
    /// Takes the words of dead nodes out of the table, many at a time, so that their memory is there by then. Nothing finds a dead
    /// node meanwhile: its generation is odd.
    /// </summary>
    private void BuryDead()
    {
        foreach (var number in _dead.AsSpan(0, _deadCount))
        {
            _children.Remove(_nodes[number].Key, number);
            _nodes.Return(number);
        }

        _deadCount = 0;
    }

    /// <summary>Takes a holder away; false if it was none.</summary>
    private bool Drop(ref IndexNode node, int slot, out bool isEmpty)
    {
        if (node.Holders >= 0)
        {
            var held = node.Holders == slot + 1;
            if (held)
            {
                Volatile.Write(ref node.Holders, 0);
            }

            isEmpty = node.Holders == 0;
            return held;
        }

        var set = _view.Sets[~node.Holders];
        ref var word = ref set[slot >> 6];
        var bit = 1UL << (slot & 63);
        var wasHeld = (word & bit) != 0;
        Volatile.Write(ref word, word & ~bit);
        isEmpty = !set.ContainsAnyExcept(0UL);
        return wasHeld;
    }
}
