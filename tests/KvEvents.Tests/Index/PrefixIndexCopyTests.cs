using DynamoAspire.KvEvents.Index;
using DynamoAspire.KvEvents.RouterEvents;

namespace DynamoAspire.KvEvents.Tests.Index;

/// <summary>Dumps and snapshots: what comes back answers like what was written.</summary>
public sealed class PrefixIndexCopyTests
{
    private static readonly WorkerRank[] s_workers = [.. from worker in Enumerable.Range(0, 3) from rank in Enumerable.Range(0, 2) select new WorkerRank((ulong)worker, (uint)rank)];

    [Fact]
    public void Dump_AppliedToAnEmptyIndex_AnswersAlike()
    {
        for (var seed = 0; seed < 30; seed++)
        {
            var index = Built(seed);
            var copy = new PrefixIndex(KvClearScope.Rank);
            ulong next = 0;
            var told = index.Dump(null, e =>
            {
                Assert.Equal(next++, e.EventId);
                Assert.Single(e.Blocks.ToArray());
                Assert.Equal(KvIndexStatus.Ok, copy.Apply(e));
            });
            Assert.Equal((ulong)told, next);
            AssertAnswersAlike(index, copy, seed);
        }
    }

    [Fact]
    public void Dump_OfOneWorkerRank_TellsNoOther()
    {
        var index = Built(1);
        var workers = new HashSet<WorkerRank>();
        index.Dump(s_workers[3], e => workers.Add(new WorkerRank(e.WorkerId, e.DpRank)));
        Assert.Equal([s_workers[3]], workers);
    }

    [Fact]
    public void Snapshot_ReadBack_AnswersAlikeAndGoesOnAlike()
    {
        for (var seed = 0; seed < 30; seed++)
        {
            var index = Built(seed);
            var copy = new PrefixIndex(KvClearScope.Rank);
            foreach (var worker in s_workers)
            {
                var stream = new MemoryStream();
                var written = index.WriteSnapshot(worker, stream);
                stream.Position = 0;
                Assert.Equal(index.Blocks(worker), written);
                Assert.Equal(KvSnapshotStatus.Ok, copy.ReadSnapshot(worker, stream));
                Assert.Equal(stream.Length, stream.Position);
            }

            AssertAnswersAlike(index, copy, seed);
            Assert.Equal(index.BlockCount, copy.BlockCount);

            // What is lost to look-ups is still known by name: removing everything finds every block in both.
            foreach (var worker in s_workers)
            {
                var left = index.Blocks(worker);
                Assert.Equal(left, copy.Blocks(worker));
            }
        }
    }

    [Fact]
    public void Snapshot_OverOtherContent_ReplacesThatRankOnly()
    {
        var index = Built(2);
        var stream = new MemoryStream();
        var worker = s_workers[2];
        index.WriteSnapshot(worker, stream);
        var copy = Built(3);
        var other = copy.Blocks(s_workers[0]);
        stream.Position = 0;
        Assert.Equal(KvSnapshotStatus.Ok, copy.ReadSnapshot(worker, stream));
        Assert.Equal(index.Blocks(worker), copy.Blocks(worker));
        Assert.Equal(other, copy.Blocks(s_workers[0]));
    }

    [Fact]
    public void Snapshot_DamagedAnywhere_ChangesNothing()
    {
        var index = Built(2);
        var worker = s_workers[2];
        var stream = new MemoryStream();
        index.WriteSnapshot(worker, stream);
        var sound = stream.ToArray();
        var target = Built(3);
        var before = IndexDifference.State(target);
        for (var at = 0; at < sound.Length; at++)
        {
            var damaged = (byte[])sound.Clone();
            damaged[at] ^= 0x41;
            Assert.NotEqual(KvSnapshotStatus.Ok, target.ReadSnapshot(worker, new MemoryStream(damaged)));
            Assert.NotEqual(KvSnapshotStatus.Ok, target.ReadSnapshot(worker, new MemoryStream(sound, 0, at)));
        }

        Assert.Equal(KvSnapshotStatus.OtherWorker, target.ReadSnapshot(s_workers[0], new MemoryStream(sound)));
        Assert.Equal(before, IndexDifference.State(target));
    }

    [Theory]
    [InlineData("", KvSnapshotStatus.NotASnapshot)]
    [InlineData("44414b5649445802" + "0000000000000000" + "00000000" + "00000000", KvSnapshotStatus.UnsupportedVersion)]
    [InlineData("44414b5649445801" + "0000000000000000" + "00000000" + "ffffffff", KvSnapshotStatus.TooLarge)]
    [InlineData("44414b5649445801" + "0000000000000000" + "00000000" + "00000001", KvSnapshotStatus.Damaged)]
    public void Snapshot_UnfitHead_IsNamed(string hex, KvSnapshotStatus expected) =>
        Assert.Equal(expected, new PrefixIndex().ReadSnapshot(default, new MemoryStream(Convert.FromHexString(hex))));

    [Fact]
    public void MaxBlocks_RefuseNew_KeepsThePrefixAndCounts()
    {
        var index = new PrefixIndex(new KvIndexOptions { MaxBlocks = 3 });
        Assert.Equal(KvIndexStatus.OverCapacity, index.Apply(Stored(1, null, 1, 2, 3, 4, 5)));
        Assert.Equal(3, index.BlockCount);
        Assert.Equal(2, index.RefusedBlocks);
        Assert.Equal(KvIndexStatus.Ok, index.Apply(Stored(1, null, 1, 2, 3)));
        Assert.Equal("1/0:3:3 uses ", Match(index, 1, 2, 3, 4));
    }

    [Fact]
    public void MaxBlocks_OldestFirst_ForgetsWhatWasStoredFirst()
    {
        var index = new PrefixIndex(new KvIndexOptions { MaxBlocks = 4, Eviction = KvEvictionPolicy.OldestFirst });
        for (var round = 0; round < 5_000; round++)
        {
            // Stored and removed again and again: the order must not grow with it.
            index.Apply(Stored(1, null, 7, 8));
            var removed = new RouterEvent { WorkerId = 1 };
            removed.Reset(RouterEventKind.Removed);
            removed.AddRemoved([800, 700]);
            index.Apply(removed);
        }

        Assert.InRange(index.MemoryBytes, 0, 400_000);
        index.Apply(Stored(1, null, 1, 2));
        index.Apply(Stored(1, null, 3, 4));
        Assert.Equal(KvIndexStatus.Ok, index.Apply(Stored(2, null, 5, 6)));
        Assert.Equal(4, index.BlockCount);
        Assert.Equal(2, index.EvictedBlocks);
        Assert.Equal(" uses ", Match(index, 1, 2));
        Assert.Equal("1/0:2:2 uses ", Match(index, 3, 4));
        Assert.Equal("2/0:2:2 uses ", Match(index, 5, 6));
    }

    [Fact]
    public void Workers_BeyondAWord_MatchExactly()
    {
        var index = new PrefixIndex();
        for (var worker = 0UL; worker < 300; worker++)
        {
            index.Apply(Stored(worker, null, [.. Enumerable.Range(1, (int)(worker % 5) + 1).Select(i => (ulong)i)]));
        }

        var matches = new KvMatches();
        index.FindMatches([1, 2, 3, 4, 5], matches);
        Assert.Equal(300, matches.Count);
        Assert.All(matches.Items.ToArray(), m => Assert.Equal((int)(m.Worker.WorkerId % 5) + 1, m.Blocks));
        for (var worker = 0UL; worker < 300; worker += 2)
        {
            index.RemoveWorker(worker);
        }

        // Places of those that went are given to others.
        index.Apply(Stored(1000, null, 1));
        index.FindMatches([1, 2], matches);
        Assert.Equal(151, matches.Count);
        Assert.Single(matches.Items.ToArray(), m => m.Worker.WorkerId == 1000 && m.Blocks == 1);
    }

    [Fact]
    public void StoreRemoveAndMatch_Warm_AllocateNothing()
    {
        var index = new PrefixIndex();
        var stored = Stored(1, null, [.. Enumerable.Range(1, 64).Select(i => (ulong)i)]);
        var removed = new RouterEvent { WorkerId = 1 };
        removed.Reset(RouterEventKind.Removed);
        removed.AddRemoved([.. Enumerable.Range(1, 64).Select(i => (ulong)i * 100)]);
        var matches = new KvMatches();
        var query = Enumerable.Range(1, 64).Select(i => (ulong)i).ToArray();
        void Round()
        {
            index.Apply(stored);
            index.FindMatches(query, matches);
            index.Apply(removed);
        }

        Round();
        Round();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            Round();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static PrefixIndex Built(int seed)
    {
        var index = new PrefixIndex(KvClearScope.Rank);
        var routerEvent = new RouterEvent();
        foreach (var operation in IndexHistory.Random(seed, 300, sane: true).Where(o => o.Kind is IndexOperationKind.Store or IndexOperationKind.Remove))
        {
            operation.CopyTo(routerEvent);
            index.Apply(routerEvent);
        }

        return index;
    }

    private static void AssertAnswersAlike(PrefixIndex index, PrefixIndex copy, int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 200; i++)
        {
            ulong[] query = [.. Enumerable.Range(0, 5).Select(_ => (ulong)random.Next(4))];
            Assert.Equal(Scores(index, query), Scores(copy, query));
        }
    }

    private static (WorkerRank, int)[] Scores(PrefixIndex index, ulong[] query)
    {
        var matches = new KvMatches();
        index.FindMatches(query, matches);
        matches.SortByBlocks();
        return [.. matches.Items.ToArray().Select(m => (m.Worker, m.Blocks))];
    }

    private static string Match(PrefixIndex index, params ulong[] query) =>
        IndexDifference.Match(index, new IndexOperation(IndexOperationKind.Match, default, query));

    private static RouterEvent Stored(ulong worker, ulong? parent, params ulong[] tokens)
    {
        var routerEvent = new RouterEvent { WorkerId = worker };
        routerEvent.Reset(RouterEventKind.Stored);
        routerEvent.ParentHash = parent;
        foreach (var token in tokens)
        {
            routerEvent.AddBlock(token * 100, token);
        }

        return routerEvent;
    }
}
