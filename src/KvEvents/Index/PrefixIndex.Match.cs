using System.Numerics;
using DynamoAspire.KvEvents.Index.Prefix;

namespace DynamoAspire.KvEvents.Index;

/// <content>Look-ups.</content>
public sealed partial class PrefixIndex
{
    /// <summary>Depths asked for together, after a first few: most requests that match nothing end there.</summary>
    private const int Stride = 32;
    private const int FirstStride = 4;

    /// <inheritdoc/>
    public void FindMatches(ReadOnlySpan<ulong> tokensHashes, KvMatches destination, bool earlyExit = false)
    {
        ArgumentNullException.ThrowIfNull(destination);
        IndexView view;
        int depth;
        do
        {
            // Worker-ranks come and go seldom; bits of before must not be read as worker-ranks of after.
            view = Volatile.Read(ref _view);
            destination.Clear();
            depth = tokensHashes.IsEmpty ? 0 : Walk(view, tokensHashes, destination, earlyExit);
        }
        while (!ReferenceEquals(view, Volatile.Read(ref _view)));
        _uses?.Count(_nodes[0].Key, tokensHashes[..depth], destination);
    }

    /// <summary>Goes down while somebody is left; the depth reached.</summary>
    private int Walk(IndexView view, ReadOnlySpan<ulong> tokensHashes, KvMatches destination, bool earlyExit)
    {
        var words = view.Sets.Words;
        if (words > 1 && destination.Scratch.Length < 2 * words)
        {
            destination.Scratch = new ulong[2 * words];
        }

        Span<ulong> single = stackalloc ulong[2];
        var active = words == 1 ? single[..1] : destination.Scratch.AsSpan(0, words);
        var next = words == 1 ? single[1..] : destination.Scratch.AsSpan(words, words);
        active.Fill(ulong.MaxValue);
        Span<ulong> keys = stackalloc ulong[Stride];
        Span<int> candidates = stackalloc int[Stride];
        var slots = _children.Slots;
        var (number, generation, key, depth, stride) = (0, 0u, _nodes[0].Key, 0, FirstStride);
        while (depth < tokensHashes.Length)
        {
            var ahead = tokensHashes.Slice(depth, Math.Min(stride, tokensHashes.Length - depth));
            key = Approach(slots, key, ahead, keys, candidates);
            for (var i = 0; i < ahead.Length; i++)
            {
                if (!TryStep(view.Sets, slots, keys[i], candidates[i], ref number, ref generation, next))
                {
                    AddAll(view, active, depth, destination);
                    return depth;
                }

                var left = Narrow(view, active, next, depth, destination);
                if (left == 0)
                {
                    return depth;
                }

                depth++;
                if (earlyExit && left == 1)
                {
                    AddAll(view, active, depth, destination);
                    return depth;
                }
            }

            stride = Stride;
        }

        AddAll(view, active, depth, destination);
        return depth;
    }

    /// <summary>Works out the keys of some depths and brings near the words and the nodes that they lead to: none of this waits for another.</summary>
    private ulong Approach(ulong[] slots, ulong key, ReadOnlySpan<ulong> tokensHashes, Span<ulong> keys, Span<int> candidates)
    {
        for (var i = 0; i < tokensHashes.Length; i++)
        {
            key = PathKey.Child(key, tokensHashes[i]);
            keys[i] = key;
            Prefetch.Read(ref slots[PathKey.Home(key, slots.Length)]);
        }

        for (var i = 0; i < tokensHashes.Length; i++)
        {
            candidates[i] = ChildTable.Candidate(slots, keys[i]);
            Prefetch.Read(ref _nodes[candidates[i]]);
        }

        return key;
    }

    /// <summary>Goes to a child if there is one, and reads who holds it.</summary>
    private bool TryStep(HolderSets sets, ulong[] slots, ulong key, int candidate, ref int number, ref uint generation, Span<ulong> holders)
    {
        if (candidate == 0)
        {
            return false;
        }

        if (TryRead(sets, candidate, number, generation, key, holders, out var found))
        {
            (number, generation) = (candidate, found);
            return true;
        }

        // The first word with half the key was another's, or a dropped child's.
        var i = PathKey.Home(key, slots.Length);
        while (true)
        {
            var word = Volatile.Read(ref slots[i]);
            if (word == 0)
            {
                return false;
            }

            if (ChildTable.IsCandidate(word, key) && TryRead(sets, (int)(uint)word, number, generation, key, holders, out found))
            {
                (number, generation) = ((int)(uint)word, found);
                return true;
            }

            i = i + 1 == slots.Length ? 0 : i + 1;
        }
    }

    /// <summary>Reads a node as it was at one moment, if it is the child asked for.</summary>
    private bool TryRead(HolderSets sets, int number, int parent, uint parentGeneration, ulong key, Span<ulong> holders, out uint generation)
    {
        ref var node = ref _nodes[number];
        while (true)
        {
            generation = Volatile.Read(ref node.Generation);
            if ((generation & 1) != 0 || node.Key != key || node.Parent != parent || node.ParentGeneration != parentGeneration)
            {
                return false;
            }

            var who = Volatile.Read(ref node.Holders);
            if (who >= 0)
            {
                holders.Clear();
                if (who > 0 && who <= sets.Capacity)
                {
                    holders[(who - 1) >> 6] = 1UL << ((who - 1) & 63);
                }
            }
            else
            {
                sets.CopyTo(~who, holders);
            }

            Volatile.ReadBarrier();
            if (Volatile.Read(ref node.Generation) == generation)
            {
                return true;
            }
        }
    }

    /// <summary>Keeps those who hold the next node too; the others get their score. The number left.</summary>
    private static int Narrow(IndexView view, Span<ulong> active, ReadOnlySpan<ulong> next, int depth, KvMatches destination)
    {
        var left = 0;
        for (var word = 0; word < active.Length; word++)
        {
            var gone = active[word] & ~next[word];
            if (gone != 0 && depth > 0)
            {
                Add(view, word, gone, depth, destination);
            }

            active[word] &= next[word];
            left += BitOperations.PopCount(active[word]);
        }

        return left;
    }

    private static void AddAll(IndexView view, ReadOnlySpan<ulong> active, int depth, KvMatches destination)
    {
        for (var word = 0; word < active.Length && depth > 0; word++)
        {
            Add(view, word, active[word], depth, destination);
        }
    }

    private static void Add(IndexView view, int word, ulong bits, int depth, KvMatches destination)
    {
        for (; bits != 0; bits &= bits - 1)
        {
            // A bit of nobody is one that came while the view was replaced: the look-up begins again then.
            var slot = (word * 64) + BitOperations.TrailingZeroCount(bits);
            if (slot < view.Holders.Length && view.Holders[slot] is { } holder)
            {
                destination.Add(holder.Worker, depth, holder.BlockCount);
            }
        }
    }
}
