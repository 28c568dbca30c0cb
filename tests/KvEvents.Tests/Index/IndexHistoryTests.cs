using DynamoAspire.KvEvents.Index;
using DynamoAspire.KvEvents.RouterEvents;

namespace DynamoAspire.KvEvents.Tests.Index;

/// <summary>
/// The fast index against the oracle on random histories. <c>KV_HISTORIES</c> sets how many (60 of each kind if not given; the full form
/// is <c>KV_HISTORIES=5000 dotnet test tests/KvEvents.Tests --filter IndexHistoryTests</c>).
/// </summary>
public sealed class IndexHistoryTests
{
    private static int Histories => int.TryParse(Environment.GetEnvironmentVariable("KV_HISTORIES"), out var count) ? count : 60;

    [Theory]
    [InlineData(true, KvClearScope.Worker)]
    [InlineData(true, KvClearScope.Rank)]
    [InlineData(false, KvClearScope.Worker)]
    [InlineData(false, KvClearScope.Rank)]
    public void OneLane_RandomHistories_AgreeWithTheReference(bool sane, KvClearScope scope)
    {
        var comparison = new IndexDifference(o => new PrefixIndex(o), scope);
        for (var seed = 0; seed < Histories / 2; seed++)
        {
            var difference = comparison.Find(IndexHistory.Random(seed, 300, sane));
            Assert.True(difference is null, $"seed {seed}: {difference}");
        }
    }

    [Fact]
    public async Task FourLanes_AtOnce_EndLikeTheReference()
    {
        for (var seed = 0; seed < Math.Max(2, Histories / 20); seed++)
        {
            Assert.Null(await RunLanesAsync(seed, o => new PrefixIndex(o)));
        }
    }

    [Fact]
    public async Task FourLanes_IndexThatDropsRemovals_IsNoticed() =>
        Assert.NotNull(await RunLanesAsync(0, o => new BrokenIndex(BrokenIndex.Defect.DropsRemovals, o)));

    [Theory]
    [InlineData(BrokenIndex.Defect.DropsRemovals)]
    [InlineData(BrokenIndex.Defect.DropsClears)]
    [InlineData(BrokenIndex.Defect.ScoresOneTooMany)]
    [InlineData(BrokenIndex.Defect.KeepsRemovedWorkers)]
    [InlineData(BrokenIndex.Defect.ForgetsUses)]
    public void OneLane_BrokenIndex_IsNoticedAndShrunk(BrokenIndex.Defect defect)
    {
        var comparison = new IndexDifference(o => new BrokenIndex(defect, o));
        var found = Enumerable.Range(0, 20).Select(seed => comparison.Find(IndexHistory.Random(seed, 200, sane: true))).FirstOrDefault(d => d is not null);
        Assert.NotNull(found);
        Assert.InRange(found.Split('\n').Length, 2, 6);
    }

    /// <summary>Four engines on a thread each and a reader beside them; what differs from the oracle at the end.</summary>
    private static async Task<string?> RunLanesAsync(int seed, Func<KvIndexOptions, IKvIndex> make)
    {
        var options = new KvIndexOptions { ClearScope = KvClearScope.Rank };
        var index = make(options);
        var oracle = new ReferenceIndex(options);
        var lanes = Enumerable.Range(0, 4).Select(lane => IndexHistory.Engine((seed * 4) + lane, new WorkerRank((ulong)(lane / 2), (uint)(lane % 2)), 1_000)).ToArray();
        using var stop = new CancellationTokenSource();
        var reader = Task.Run(() => Read(index, seed, stop.Token));
        await Task.WhenAll(lanes.Select(l => Task.Run(() => Apply(index, l))));
        await stop.CancelAsync();
        await reader;
        foreach (var lane in lanes)
        {
            Apply(oracle, lane);
        }

        var random = new Random(seed);
        for (var i = 0; i < 500; i++)
        {
            var query = new IndexOperation(IndexOperationKind.Match, default, [.. Enumerable.Range(0, 6).Select(_ => (ulong)random.Next(8))]);
            var (answer, expected) = (IndexDifference.Match(index, query), IndexDifference.Match(oracle, query));
            if (answer != expected)
            {
                return $"seed {seed}, {query}: {answer} instead of {expected}";
            }
        }

        return IndexDifference.State(index) == IndexDifference.State(oracle) ? null : $"seed {seed}: {IndexDifference.State(index)} instead of {IndexDifference.State(oracle)}";
    }

    private static void Apply(IKvIndex index, List<IndexOperation> history)
    {
        var routerEvent = new RouterEvent();
        foreach (var operation in history)
        {
            if (operation.Kind == IndexOperationKind.RemoveRank)
            {
                index.RemoveRank(operation.Worker);
                continue;
            }

            operation.CopyTo(routerEvent);
            Assert.Equal(KvIndexStatus.Ok, index.Apply(routerEvent));
        }
    }

    private static void Read(IKvIndex index, int seed, CancellationToken cancellationToken)
    {
        var random = new Random(seed);
        var matches = new KvMatches();
        Span<ulong> query = stackalloc ulong[6];
        while (!cancellationToken.IsCancellationRequested)
        {
            foreach (ref var hash in query)
            {
                hash = (ulong)random.Next(8);
            }

            index.FindMatches(query, matches);
            Assert.InRange(matches.Count, 0, 4);
            foreach (var match in matches.Items)
            {
                Assert.InRange(match.Blocks, 1, 6);
            }
        }
    }
}
