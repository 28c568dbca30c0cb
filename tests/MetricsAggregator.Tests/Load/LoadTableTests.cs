using DynamoAspire.Engines;
using DynamoAspire.KvEvents.LoadEvents;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Registry;
using DynamoAspire.MetricsAggregator.Load;
using DynamoAspire.MetricsAggregator.Options;
using DynamoAspire.Testing;

namespace DynamoAspire.MetricsAggregator.Tests.Load;

public sealed class LoadTableTests
{
    private readonly FakeClock _clock = new();
    private readonly MetricRegistry _registry = new();

    [Fact]
    public void Update_KnownAndUnknownWorkers_AreReportedWithTheLabelsKnown()
    {
        var table = Table(out var engine);
        table.Update(new ActiveLoad(engine.WorkerId, 1) { ActiveDecodeBlocks = 5, ActivePrefillTokens = 7 });
        table.Update(new ActiveLoad(0xABC, 0) { ActiveDecodeBlocks = 4, KvUsedBlocks = 9 });

        Assert.Equal(
            new[]
            {
                "dynamo_frontend_worker_active_decode_blocks{dp_rank=\"0\",worker_id=\"abc\",worker_type=\"decode\"} 9",
                $"dynamo_frontend_worker_active_decode_blocks{{dp_rank=\"1\",engine_name=\"e\",model_name=\"m\",worker_id=\"{engine.Identity.WorkerIdText}\",worker_type=\"prefill\"}} 5",
                $"dynamo_frontend_worker_active_prefill_tokens{{dp_rank=\"1\",engine_name=\"e\",model_name=\"m\",worker_id=\"{engine.Identity.WorkerIdText}\",worker_type=\"prefill\"}} 7",
            },
            Lines(table));
    }

    [Fact]
    public void Collect_RankThatMissesThreeHeartbeats_IsGone()
    {
        var table = Table(out _);
        table.Update(new ActiveLoad(1, 0) { ActiveDecodeBlocks = 1 });
        _clock.Advance(TimeSpan.FromSeconds(20));
        table.Update(new ActiveLoad(2, 0) { ActiveDecodeBlocks = 2 });
        _clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(2, Lines(table).Length);

        _clock.Advance(TimeSpan.FromTicks(1));

        Assert.Contains("worker_id=\"2\"", Assert.Single(Lines(table)), StringComparison.Ordinal);
        Assert.Equal(1, table.Count);
    }

    [Fact]
    public void Withdraw_Rank_IsGoneAtOnceAndOnlyThatOne()
    {
        var table = Table(out _);
        table.Update(new ActiveLoad(1, 0) { ActiveDecodeBlocks = 1 });
        table.Update(new ActiveLoad(1, 1) { ActiveDecodeBlocks = 2 });
        table.Withdraw(new LoadWithdrawal(1, 0));
        table.Withdraw(new LoadWithdrawal(7, 7));

        Assert.Contains("dp_rank=\"1\"", Assert.Single(Lines(table)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(7, 999, false)]
    [InlineData(7, 1000, false)]
    [InlineData(7, 1001, true)]
    [InlineData(8, 1, true)]
    public void Update_AfterAWithdrawal_IsTakenOnlyIfItIsNewer(int publisher, int sent, bool taken)
    {
        var table = Table(out _);
        table.Update(new ActiveLoad(1, 0) { ActiveDecodeBlocks = 1 }, 7, 900);
        table.Withdraw(new LoadWithdrawal(1, 0) { PublishedAt = 1000 });

        Assert.Equal(taken, table.Update(new ActiveLoad(1, 0) { ActiveDecodeBlocks = 2 }, (ulong)publisher, (ulong)sent));
        Assert.Equal(taken ? 1 : 0, table.Count);
        Assert.True(table.Update(new ActiveLoad(1, 1) { ActiveDecodeBlocks = 2 }, 7, 1));

        // Three heartbeats later nothing on its way can be of before.
        _clock.Advance(TimeSpan.FromSeconds(30) + TimeSpan.FromTicks(1));
        Assert.True(table.Update(new ActiveLoad(1, 0) { ActiveDecodeBlocks = 3 }, 7, 1));
    }

    [Fact]
    public void Update_AfterAWithdrawalThatSaysNoTime_IsTakenWithinAHeartbeat()
    {
        var table = Table(out _);
        table.Update(new ActiveLoad(1, 0) { ActiveDecodeBlocks = 1 });
        table.Withdraw(new LoadWithdrawal(1, 0));

        Assert.False(table.Update(new ActiveLoad(1, 0) { ActiveDecodeBlocks = 2 }));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.True(table.Update(new ActiveLoad(1, 0) { ActiveDecodeBlocks = 2 }));
        Assert.True(table.Update(new ActiveLoad(1, 0) { ActiveDecodeBlocks = 3 }));
    }

    [Fact]
    public void Withdraw_BeyondTheBound_KeepsNoMoreThanThat()
    {
        var stones = new Tombstones(_clock, TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30), 3);
        for (var worker = 0UL; worker < 9; worker++)
        {
            stones.Add(new LoadWithdrawal(worker, 0), null);
        }

        Assert.Equal(3, stones.Count);
        _clock.Advance(TimeSpan.FromSeconds(31));
        stones.Add(new LoadWithdrawal(9, 0), null);
        Assert.Equal(1, stones.Count);
    }

    [Fact]
    public void Update_ValueNotReported_KeepsTheLast()
    {
        var table = Table(out _);
        table.Update(new ActiveLoad(1, 0) { ActiveDecodeBlocks = 3, ActivePrefillTokens = 4 });
        table.Update(new ActiveLoad(1, 0) { ActivePrefillTokens = 5 });

        Assert.Equal([3, 5], Lines(table).Select(l => int.Parse(l.Split(' ')[1])));
    }

    [Fact]
    public void Update_BeyondTheMostRanks_IsCountedAndDropped()
    {
        var table = Table(out _, new AggregatorOptions { MaxLoadRanks = 2 });
        for (var worker = 0UL; worker < 5; worker++)
        {
            table.Update(new ActiveLoad(worker, 0) { ActiveDecodeBlocks = worker });
        }

        Assert.Equal(2, table.Count);
        _clock.Advance(TimeSpan.FromMinutes(1));
        table.Update(new ActiveLoad(9, 0) { ActiveDecodeBlocks = 1 });
        Assert.Equal(1, table.Count);
    }

    private LoadTable Table(out Engine engine, AggregatorOptions? options = null)
    {
        var engines = EngineSet.Create(new EngineOptions { Name = "e", Model = "m", Component = "prefill", DpSize = 2 });
        engine = engines[0];
        return new LoadTable(engines, options ?? new AggregatorOptions(), _registry, _clock);
    }

    private static string[] Lines(LoadTable table)
    {
        var snapshot = new MetricSnapshot();
        table.Collect(snapshot);
        var lines = new List<string>();
        for (var i = 0; i < snapshot.FamilyCount; i++)
        {
            foreach (ref readonly var sample in snapshot[i].Samples)
            {
                lines.Add($"{sample.Series} {sample.Value}");
            }
        }

        return [.. lines];
    }
}
