using DynamoAspire.EngineSimulator.Pool;

namespace DynamoAspire.EngineSimulator.Tests.Pool;

public sealed class BlockPoolTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(64)]
    public void Pool_OnRandomHistories_DoesWhatTheNaivePoolDoes(int capacity)
    {
        for (var seed = 0; seed < 40; seed++)
        {
            Assert.True(Compare(capacity, seed, mutate: false) is null, $"seed {seed}: {Compare(capacity, seed, mutate: false)}");
        }
    }

    [Fact]
    public void Comparison_WithAPoolThatForgetsAnEviction_Fails() =>
        Assert.Contains(Enumerable.Range(0, 40), seed => Compare(7, seed, mutate: true) is not null);

    [Fact]
    public void Pool_WhenFull_EvictsTheLeastRecentlyUsedOfTheUnused()
    {
        var events = new Events();
        var pool = new BlockPool(3, events);
        for (ulong hash = 1; hash <= 3; hash++)
        {
            Assert.True(pool.TryAllocate(out var block));
            pool.Commit(block, hash, out _);
            pool.Release(block);
        }

        Assert.True(pool.TryTouch(1, out var first));
        pool.Release(first);
        Assert.True(pool.TryTouch(2, out _));
        Assert.True(pool.TryAllocate(out _));
        Assert.Equal(["removed 3"], events.All);
        Assert.True(pool.TryAllocate(out _));
        Assert.Equal(["removed 3", "removed 1"], events.All);
        Assert.False(pool.TryAllocate(out _));
        Assert.Equal(1, pool.Usage);
    }

    [Fact]
    public void Commit_OfABlockThatHasContent_IsAnError()
    {
        var pool = new BlockPool(2, new Events());
        Assert.True(pool.TryAllocate(out var block));
        pool.Commit(block, 1, out _);
        Assert.Throws<InvalidOperationException>(() => pool.Commit(block, 2, out _));
    }

    [Fact]
    public void Release_OfABlockNobodyUses_IsAnError()
    {
        var pool = new BlockPool(2, new Events());
        Assert.True(pool.TryAllocate(out var block));
        pool.Release(block);
        Assert.Throws<InvalidOperationException>(() => pool.Release(block));
    }

    /// <summary>The first difference, or null.</summary>
    private static string? Compare(int capacity, int seed, bool mutate)
    {
        var random = new Random(seed);
        var events = new Events();
        var pool = new BlockPool(capacity, events);
        var naive = new NaiveBlockPool(capacity);
        var used = new List<int>();
        var empty = new List<int>();
        for (var step = 0; step < 400; step++)
        {
            var hash = (ulong)random.Next(capacity * 2);
            switch (random.Next(5))
            {
                case 0:
                    var touched = pool.TryTouch(hash, out var hit) ? hit : (int?)null;
                    if (touched != naive.Touch(hash))
                    {
                        return $"step {step}: touch {hash}";
                    }

                    used.AddRange(touched is { } t ? [t] : []);
                    break;
                case 1:
                    var allocated = pool.TryAllocate(out var fresh) ? fresh : (int?)null;
                    if (allocated != naive.Allocate())
                    {
                        return $"step {step}: allocate";
                    }

                    empty.AddRange(allocated is { } a ? [a] : []);
                    break;
                case 2 when empty.Count > 0:
                    var filled = Take(empty);
                    var committed = pool.Commit(filled, hash, out _);
                    if (committed != naive.Commit(filled, hash))
                    {
                        return $"step {step}: commit {hash}";
                    }

                    used.Add(committed);
                    break;
                case 3 when used.Count + empty.Count > 0:
                    var released = Take(empty.Count > 0 && (used.Count == 0 || random.Next(4) == 0) ? empty : used);
                    pool.Release(released);
                    naive.Release(released);
                    break;
                case 4 when random.Next(50) == 0:
                    pool.Clear();
                    naive.Clear();
                    break;
            }

            if (mutate && naive.Events.Count > 0)
            {
                naive.Events.RemoveAt(0);
            }

            if (pool.FreeCount != naive.FreeCount || !naive.Cached.SetEquals(pool.CachedHashes) || !events.All.SequenceEqual(naive.Events))
            {
                return $"step {step}: state";
            }
        }

        return null;

        int Take(List<int> blocks)
        {
            var index = random.Next(blocks.Count);
            var block = blocks[index];
            blocks.RemoveAt(index);
            return block;
        }
    }

    private sealed class Events : ICacheEvents
    {
        public List<string> All { get; } = [];

        public void Stored(ReadOnlySpan<ulong> hashes, ulong? parent, ReadOnlySpan<uint> tokens) => throw new InvalidOperationException("The pool itself stores nothing.");

        public void Removed(ulong hash) => All.Add($"removed {hash}");

        public void Cleared() => All.Add("cleared");
    }
}
