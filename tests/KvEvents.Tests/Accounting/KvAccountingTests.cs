using DynamoAspire.KvEvents.Accounting;
using DynamoAspire.KvEvents.Hashing;
using DynamoAspire.KvEvents.Index;
using DynamoAspire.KvEvents.RouterEvents;
using DynamoAspire.Testing;

namespace DynamoAspire.KvEvents.Tests.Accounting;

public sealed class KvAccountingTests
{
    private static readonly KvAccountingOptions s_all = new() { SampleShift = 0, HotPrefixes = 2 };

    private readonly FakeClock _clock = new();
    private readonly PrefixIndex _index = new(KvClearScope.Rank);
    private readonly KvMatches _matches = new();

    [Fact]
    public void Report_EventsAndRequests_CountsPerWorker()
    {
        var accounting = new KvAccounting(s_all, _clock);
        Store(accounting, 1, 1, 2, 3, 4);
        Store(accounting, 2, 1, 2);
        Ask(accounting, 1, 2, 3, 9);
        Ask(accounting, 7);
        Remove(accounting, 1, 4);
        Clear(accounting, 2);
        var report = accounting.Report();
        Assert.Equal([new KvWorkerAccount(new WorkerRank(1, 0), 4, 1, 0, 5, 3), new KvWorkerAccount(new WorkerRank(2, 0), 2, 0, 1, 5, 2)], report.Workers);
        Assert.Equal(0.6, report.BestHitRatio);
        Assert.Equal(0.4, report.Workers[1].HitRatio);
        accounting.RemoveRank(new WorkerRank(2, 0));
        Assert.Single(accounting.Report().Workers);
    }

    [Fact]
    public void DuplicateRatio_TwoHoldersOfHalf_IsAThird()
    {
        var accounting = new KvAccounting(s_all, _clock);
        Assert.Equal(0, KvAccounting.DuplicateRatio(_index));
        Store(accounting, 1, 1, 2, 3, 4);
        Store(accounting, 2, 1, 2);
        Assert.Equal(1 / 3.0, KvAccounting.DuplicateRatio(_index), 6);
    }

    [Fact]
    public void Lifetimes_RemovedAndCleared_AreObservedOnce()
    {
        var accounting = new KvAccounting(s_all, _clock);
        Store(accounting, 1, 1, 2, 3);
        _clock.Advance(TimeSpan.FromSeconds(7));
        Remove(accounting, 1, 3);
        Remove(accounting, 1, 3);
        _clock.Advance(TimeSpan.FromSeconds(40));
        Clear(accounting, 1);
        var lifetimes = accounting.Report().Lifetimes;
        Assert.Equal((3L, 7 + 47 + 47.0), (lifetimes.Count, lifetimes.Sum));
        Assert.Equal(1, lifetimes.Counts[lifetimes.Bounds.ToList().IndexOf(10)]);
        Assert.Equal(2, lifetimes.Counts[lifetimes.Bounds.ToList().IndexOf(60)]);
    }

    [Fact]
    public void ReuseDistances_CountBlocksAskedBetween()
    {
        var accounting = new KvAccounting(s_all, _clock);
        Ask(accounting, 1);
        Ask(accounting, [.. Enumerable.Range(100, 50).Select(i => (ulong)i)]);
        Ask(accounting, 1);
        Ask(accounting, 1);
        var distances = accounting.Report().ReuseDistances;
        Assert.Equal((2L, 50.0), (distances.Count, distances.Sum));
    }

    [Fact]
    public void HotPrefixes_ManyColdOnes_AreStillFound()
    {
        var accounting = new KvAccounting(s_all, _clock);
        var random = new Random(1);
        for (var i = 0; i < 2_000; i++)
        {
            Ask(accounting, i % 2 == 0 ? [5, 6] : [(ulong)random.NextInt64()]);
        }

        var hot = accounting.Report().HotPrefixes;
        Assert.Equal([(5UL, 1), (BlockHasher.SequenceHash(5, 6), 2)], hot.Select(h => (h.SequenceHash, h.Depth)));
        Assert.All(hot, h => Assert.InRange(h.Uses - 1_000, 0, h.Error));
    }

    [Fact]
    public void Samples_BeyondTheBound_AreNotFollowed()
    {
        var accounting = new KvAccounting(new KvAccountingOptions { SampleShift = 0, MaxSamples = 10 }, _clock);
        for (var i = 0UL; i < 100; i++)
        {
            Store(accounting, 1, (i * 10) + 1);
        }

        Clear(accounting, 1);
        Assert.Equal(10, accounting.Report().Lifetimes.Count);
        Store(accounting, 1, 5);
        Clear(accounting, 1);
        Assert.Equal(11, accounting.Report().Lifetimes.Count);
    }

    [Fact]
    public void Samples_OneInSixteen_StandForAll()
    {
        var accounting = new KvAccounting(time: _clock);
        for (var i = 0UL; i < 3_200; i++)
        {
            Store(accounting, 1, i + 1);
        }

        Clear(accounting, 1);
        Assert.InRange(accounting.Report().Lifetimes.Count, 150, 250);
    }

    private void Store(KvAccounting accounting, ulong worker, params ulong[] tokens)
    {
        var routerEvent = new RouterEvent { WorkerId = worker };
        routerEvent.Reset(RouterEventKind.Stored);
        foreach (var token in tokens)
        {
            routerEvent.AddBlock(token * 100, token);
        }

        Apply(accounting, routerEvent);
    }

    private void Remove(KvAccounting accounting, ulong worker, ulong token)
    {
        var routerEvent = new RouterEvent { WorkerId = worker };
        routerEvent.Reset(RouterEventKind.Removed);
        routerEvent.AddRemoved(token * 100);
        Apply(accounting, routerEvent);
    }

    private void Clear(KvAccounting accounting, ulong worker)
    {
        var routerEvent = new RouterEvent { WorkerId = worker };
        routerEvent.Reset(RouterEventKind.Cleared);
        Apply(accounting, routerEvent);
    }

    private void Apply(KvAccounting accounting, RouterEvent routerEvent)
    {
        if (_index.Apply(routerEvent) == KvIndexStatus.Ok)
        {
            accounting.Applied(routerEvent);
        }
        else
        {
            Assert.Equal(RouterEventKind.Removed, routerEvent.Kind);
            accounting.Applied(routerEvent);
        }
    }

    private void Ask(KvAccounting accounting, params ulong[] tokens)
    {
        _index.FindMatches(tokens, _matches);
        accounting.Asked(tokens, _matches);
    }
}
