using DynamoAspire.KvEvents.Index;
using DynamoAspire.KvEvents.RouterEvents;

namespace DynamoAspire.KvEvents.Tests.Index;

public sealed class PrefixIndexTests
{
    public static TheoryData<bool> BothImplementations => [true, false];

    [Theory]
    [MemberData(nameof(BothImplementations))]
    public void FindMatches_PublishedExample_GivesThePublishedScores(bool fast)
    {
        IKvIndex index = fast ? new PrefixIndex() : new ReferenceIndex(KvIndexOptions.Default);
        Store(index, 0, null, 1, 2, 3);
        Store(index, 1, null, 1, 4, 5);
        Assert.Equal([(0UL, 3), (1UL, 1)], Scores(index, 1, 2, 3));
        Assert.Equal(KvIndexStatus.Ok, Remove(index, 1, 500, 400));
        Assert.Equal(KvIndexStatus.Ok, Store(index, 1, 100, 2, 6, 7));
        Assert.Equal([(0UL, 3), (1UL, 2)], Scores(index, 1, 2, 3));
        Assert.Equal([], Scores(index, 9));
        Assert.Equal([], Scores(index));
    }

    [Theory]
    [MemberData(nameof(BothImplementations))]
    public void Apply_Errors_ChangeNothingElse(bool fast)
    {
        IKvIndex index = fast ? new PrefixIndex() : new ReferenceIndex(KvIndexOptions.Default);
        Store(index, 0, null, 1, 2);
        Assert.Equal(KvIndexStatus.ParentBlockNotFound, Store(index, 0, 999, 3));
        Assert.Equal(KvIndexStatus.ParentBlockNotFound, Store(index, 1, 100, 2));
        Assert.Equal(KvIndexStatus.InvalidBlock, Store(index, 0, 200, 2));
        Assert.Equal(KvIndexStatus.BlockNotFound, Remove(index, 0, 777, 200));
        Assert.Equal([(0UL, 1)], Scores(index, 1, 2));
        Assert.Equal(1, index.BlockCount);
        Assert.Equal(KvIndexStatus.Ok, Clear(index, 42));
        Assert.Equal([(0UL, 1)], Scores(index, 1));
    }

    [Theory]
    [InlineData(KvClearScope.Worker, 0)]
    [InlineData(KvClearScope.Rank, 1)]
    public void Cleared_OfARank_EmptiesWhatTheScopeSays(KvClearScope scope, int left)
    {
        foreach (var index in new IKvIndex[] { new PrefixIndex(scope), new ReferenceIndex(new KvIndexOptions { ClearScope = scope }) })
        {
            Store(index, 3, null, 1);
            Store(index, 3, null, [1], rank: 1);
            Clear(index, 3);
            Assert.Equal([new KvWorkerBlocks(new WorkerRank(3, 0), 0), new KvWorkerBlocks(new WorkerRank(3, 1), left)], index.Workers());
            index.RemoveWorker(3);
            Assert.Empty(index.Workers());
            Assert.Equal(0, index.BlockCount);
        }
    }

    [Fact]
    public void FindMatches_EarlyExit_StopsAtTheLastWorker()
    {
        var index = new PrefixIndex();
        Store(index, 0, null, 1, 2, 3);
        var matches = new KvMatches();
        index.FindMatches([1, 2, 3], matches, earlyExit: true);
        Assert.Equal([new KvMatch(new WorkerRank(0, 0), 1, 3)], matches.Items.ToArray());
        index.FindMatches([1, 2, 3], matches);
        Assert.Equal([new KvMatch(new WorkerRank(0, 0), 3, 3)], matches.Items.ToArray());
    }

    [Fact]
    public void Nodes_AfterEverythingLeft_AreGone()
    {
        var index = new PrefixIndex();
        var random = new Random(1);
        for (var round = 0; round < 200; round++)
        {
            Store(index, (ulong)random.Next(4), null, (ulong)random.Next(5), (ulong)random.Next(5), (ulong)random.Next(5));
            Remove(index, (ulong)random.Next(4), (ulong)(100 * random.Next(5)));
        }

        Assert.True(index.NodeCount > 0);
        for (var worker = 0UL; worker < 4; worker++)
        {
            index.RemoveWorker(worker);
        }

        Assert.Equal(0, index.NodeCount);
        Assert.Equal(0, index.BlockCount);
    }

    [Fact]
    public void MemoryBytes_ManyChains_IsWhatWasAllocatedForThem()
    {
        var index = new PrefixIndex();
        var routerEvent = new RouterEvent();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var chain = 0UL; chain < 5_000; chain++)
        {
            // Half of the chains are held by two workers.
            for (routerEvent.WorkerId = 0; routerEvent.WorkerId <= chain % 2; routerEvent.WorkerId++)
            {
                routerEvent.Reset(RouterEventKind.Stored);
                for (var i = 0UL; i < 8; i++)
                {
                    routerEvent.AddBlock((chain * 100) + i, (chain * 1000) + i);
                }

                index.Apply(routerEvent);
            }
        }

        var taken = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(60_000, index.BlockCount);
        Assert.Equal(40_000, index.NodeCount);
        // Tables that were outgrown make up the rest.
        Assert.InRange(index.MemoryBytes, taken * 0.2, taken);
        Assert.InRange(index.MemoryBytes, 60_000 * 24, 60_000 * 64);
    }

    [Fact]
    public async Task FindMatches_DuringWrites_SeesOnlyStatesThatWere()
    {
        var index = new PrefixIndex();
        Store(index, 1, null, 1, 2, 3);
        using var stop = new CancellationTokenSource();
        var writer = Task.Run(() =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                Store(index, 2, null, 1, 2, 3, 4);
                Remove(index, 2, 400, 300, 200, 100);
            }
        });
        var matches = new KvMatches();
        var looks = 0;
        while (!writer.IsCompleted || looks == 0)
        {
            index.FindMatches([1, 2, 3, 4], matches);
            matches.SortByBlocks();
            Assert.InRange(matches.Count, 1, 2);
            var steady = matches.Items.ToArray().Single(m => m.Worker.WorkerId == 1);
            Assert.Equal(3, steady.Blocks);
            looks++;
        }

        await writer;
        Assert.Equal([(1UL, 3)], Scores(index, 1, 2, 3, 4));
    }

    private static KvIndexStatus Store(IKvIndex index, ulong worker, ulong? parent, params ulong[] local) => Store(index, worker, parent, local, rank: 0);

    private static KvIndexStatus Store(IKvIndex index, ulong worker, ulong? parent, ulong[] local, uint rank)
    {
        var routerEvent = new RouterEvent { WorkerId = worker, DpRank = rank };
        routerEvent.Reset(RouterEventKind.Stored);
        routerEvent.ParentHash = parent;
        foreach (var hash in local)
        {
            routerEvent.AddBlock(hash * 100, hash);
        }

        return index.Apply(routerEvent);
    }

    private static KvIndexStatus Remove(IKvIndex index, ulong worker, params ulong[] hashes)
    {
        var routerEvent = new RouterEvent { WorkerId = worker };
        routerEvent.Reset(RouterEventKind.Removed);
        routerEvent.AddRemoved(hashes);
        return index.Apply(routerEvent);
    }

    private static KvIndexStatus Clear(IKvIndex index, ulong worker)
    {
        var routerEvent = new RouterEvent { WorkerId = worker };
        routerEvent.Reset(RouterEventKind.Cleared);
        return index.Apply(routerEvent);
    }

    private static (ulong Worker, int Blocks)[] Scores(IKvIndex index, params ulong[] query)
    {
        var matches = new KvMatches();
        index.FindMatches(query, matches);
        matches.SortByBlocks();
        return [.. matches.Items.ToArray().Select(m => (m.Worker.WorkerId, m.Blocks))];
    }
}
