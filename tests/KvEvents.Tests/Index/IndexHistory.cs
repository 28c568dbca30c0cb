using DynamoAspire.KvEvents.Index;

namespace DynamoAspire.KvEvents.Tests.Index;

/// <summary>Random histories.</summary>
internal static class IndexHistory
{
    /// <summary>
    /// Few workers, few tokens, short chains: everything collides. Sane histories name blocks as an engine does, by their path, and some
    /// engines by another seed; the others use any hash with any tokens below any parent, which must still be handled alike.
    /// </summary>
    public static List<IndexOperation> Random(int seed, int steps, bool sane)
    {
        var random = new Random(seed);
        var history = new List<IndexOperation>(steps * 2);
        for (var step = 0; step < steps; step++)
        {
            history.Add(Change(random, sane));
            var query = Enumerable.Range(0, random.Next(6)).Select(_ => (ulong)random.Next(4)).ToArray();
            history.Add(new IndexOperation(IndexOperationKind.Match, default, query, random.Next(4) == 0));
            if (random.Next(10) == 0)
            {
                history.Add(new IndexOperation(IndexOperationKind.Wait, default, [(ulong)random.Next(1, 8)]));
            }
        }

        return history;
    }

    /// <summary>
    /// One engine's history whose end does not depend on what other engines do meanwhile: a block leaves only after all below it. The
    /// hash is the path written in base 8 with the worker's seed in front, so that engines share tokens but not names.
    /// </summary>
    public static List<IndexOperation> Engine(int seed, WorkerRank worker, int steps)
    {
        var random = new Random(seed);
        var held = new List<(ulong Hash, ulong Tokens)>();
        var history = new List<IndexOperation>(steps);
        for (var step = 0; step < steps; step++)
        {
            var root = 1 + worker.WorkerId;
            if (held.Count > 0 && random.Next(100) < 45)
            {
                var leaves = held.Where(b => held.TrueForAll(c => c.Hash >> 3 != b.Hash)).ToList();
                var leaf = leaves[random.Next(leaves.Count)];
                held.Remove(leaf);
                history.Add(new IndexOperation(IndexOperationKind.Remove, worker, [leaf.Hash]));
            }
            else if (random.Next(200) == 0)
            {
                held.Clear();
                history.Add(new IndexOperation(random.Next(2) == 0 ? IndexOperationKind.Clear : IndexOperationKind.RemoveRank, worker));
            }
            else
            {
                ulong? parent = held.Count > 0 && random.Next(3) > 0 ? held[random.Next(held.Count)].Hash : null;
                if (parent > 1UL << 40)
                {
                    continue;
                }

                var blocks = new (ulong, ulong)[random.Next(1, 5)];
                var hash = parent ?? root;
                for (var i = 0; i < blocks.Length; i++)
                {
                    var tokens = (ulong)random.Next(8);
                    blocks[i] = (hash = (hash << 3) | tokens, tokens);
                }

                held = [.. held.Union(blocks)];
                history.Add(new IndexOperation(IndexOperationKind.Store, worker, parent, blocks, [], false));
            }
        }

        return history;
    }

    private static IndexOperation Change(Random random, bool sane)
    {
        var worker = new WorkerRank((ulong)random.Next(3), (uint)random.Next(2));
        var kind = random.Next(120);
        if (kind < 5)
        {
            return new IndexOperation(kind < 3 ? IndexOperationKind.Clear : kind < 4 ? IndexOperationKind.RemoveWorker : IndexOperationKind.RemoveRank, worker);
        }

        // Two of the three workers name their blocks alike.
        var root = worker.WorkerId == 0 ? 2UL : 1UL;
        if (kind < 45)
        {
            var hashes = new ulong[random.Next(1, 4)];
            for (var i = 0; i < hashes.Length; i++)
            {
                hashes[i] = sane ? Path(random, root, random.Next(1, 5)) : (ulong)random.Next(12);
            }

            return new IndexOperation(IndexOperationKind.Remove, worker, hashes);
        }

        if (!sane)
        {
            return new IndexOperation(
                IndexOperationKind.Store, worker, random.Next(3) == 0 ? null : (ulong)random.Next(12),
                [.. Enumerable.Range(0, random.Next(4)).Select(_ => ((ulong)random.Next(12), (ulong)random.Next(4)))], [], false);
        }

        var parent = Path(random, root, random.Next(0, 4));
        var blocks = new (ulong, ulong)[random.Next(1, 4)];
        var hash = parent;
        for (var i = 0; i < blocks.Length; i++)
        {
            var tokens = (ulong)random.Next(4);
            blocks[i] = (hash = (hash * 5) + tokens, tokens);
        }

        return new IndexOperation(IndexOperationKind.Store, worker, parent == root ? null : parent, blocks, [], false);
    }

    /// <summary>The hash that an engine gives a chain of blocks: a function of the chain and the engine's seed.</summary>
    private static ulong Path(Random random, ulong root, int depth)
    {
        var hash = root;
        for (var i = 0; i < depth; i++)
        {
            hash = (hash * 5) + (ulong)random.Next(4);
        }

        return hash;
    }
}
