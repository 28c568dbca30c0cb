using DynamoAspire.EngineSimulator.Scheduling;
using DynamoAspire.EngineSimulator.Tests.Pool;
using DynamoAspire.EngineSimulator.Workload;

namespace DynamoAspire.EngineSimulator.Tests.Scheduling;

public sealed class RankSchedulerTests
{
    private const int BlockSize = 4;

    // Small enough to evict and to preempt all the time.
    private static readonly SimulatorOptions s_tight = new()
    {
        BlocksPerRank = 48,
        MaxModelLength = 128,
        MaxRunning = 8,
        MaxBatchedTokens = 40,
        SystemPromptTokens = 16,
        UserTokens = 12,
        AnswerTokens = 16,
        Conversations = 6,
        Vocabulary = 1_000,
    };

    [Fact]
    public void Events_Applied_ReproduceTheCacheAtEveryStep()
    {
        var preemptions = 0;
        var evicted = false;
        for (var seed = 0; seed < 10; seed++)
        {
            var events = new RecordedEvents();
            var scheduler = new RankScheduler(s_tight, BlockSize, events);
            var workload = new WorkloadGenerator(s_tight with { Seed = seed }, 0, 1);
            var report = new StepReport();
            for (var step = 1; step <= 600; step++)
            {
                for (var i = workload.Arrivals(0.02, 20); i > 0; i--)
                {
                    scheduler.TryAdd(workload.Next());
                }

                scheduler.Step(step * 0.02, report);
                preemptions += report.Preemptions;
                Assert.Equal(events.Believed.Keys.Order(), scheduler.Pool.CachedHashes.Order());
                Assert.InRange(scheduler.RunningCount, 0, s_tight.MaxRunning);
                Assert.InRange(report.ScheduledTokens, 0, s_tight.MaxBatchedTokens);
                Assert.InRange(report.PrefixHits, 0, report.PrefixQueries);
                if (step % 200 == 0)
                {
                    scheduler.ClearCache();
                    Assert.Equal("cleared", events.All[^1]);
                    Assert.Empty(scheduler.Pool.CachedHashes);
                    Assert.Equal(scheduler.Pool.Capacity, scheduler.Pool.FreeCount);
                }
            }

            evicted |= events.All.Exists(e => e.StartsWith("removed", StringComparison.Ordinal));
        }

        // The history was worth something: it evicted and it preempted.
        Assert.True(evicted);
        Assert.True(preemptions > 100, $"{preemptions} preemptions");
    }

    [Fact]
    public void Requests_AllFinish_WithEveryTokenAnswered()
    {
        var events = new RecordedEvents();
        var scheduler = new RankScheduler(s_tight, BlockSize, events);
        var workload = new WorkloadGenerator(s_tight, 0, 1);
        var open = new Dictionary<long, SimulatedRequest>();
        for (var i = 0; i < 200; i++)
        {
            var request = workload.Next();
            open.Add(request.Id, request);
            Assert.True(scheduler.TryAdd(request));
        }

        var report = new StepReport();
        var generated = 0;
        for (var step = 1; open.Count > 0; step++)
        {
            Assert.True(step < 20_000, $"{open.Count} requests are stuck");
            scheduler.Step(step, report);
            generated += report.GeneratedTokens;
            foreach (var request in report.Finished)
            {
                Assert.True(open.Remove(request.Id));
                Assert.Equal(request.AnswerLength, request.Generated);
            }
        }

        Assert.Equal(0, scheduler.RunningCount + scheduler.WaitingCount);
        Assert.Equal(0, scheduler.Pool.Usage);
    }

    [Fact]
    public void Prompt_ServedBefore_ComesOutOfTheCacheUpToItsLastToken()
    {
        var scheduler = new RankScheduler(s_tight, BlockSize, new RecordedEvents());
        var tokens = Enumerable.Range(0, 20).Select(i => (uint)i).ToArray();
        var report = new StepReport();
        Finish(new SimulatedRequest(1, 0, tokens, 16), scheduler, report);
        Assert.Equal(4, scheduler.CountCached(tokens.AsSpan(0, 16)));

        var again = new SimulatedRequest(2, 0, tokens, 16);
        scheduler.TryAdd(again);
        scheduler.Step(10, report);

        // Four full blocks are there, but the last token's result is what the model must compute.
        Assert.Equal((16, 12), (report.PrefixQueries, report.PrefixHits));
        Assert.Equal(12, again.CachedTokens);
    }

    [Fact]
    public void Requests_BeyondTheQueue_AreTurnedAway()
    {
        var scheduler = new RankScheduler(s_tight with { MaxWaiting = 2 }, BlockSize, new RecordedEvents());
        var workload = new WorkloadGenerator(s_tight, 0, 1);
        Assert.True(scheduler.TryAdd(workload.Next()));
        Assert.True(scheduler.TryAdd(workload.Next()));
        Assert.False(scheduler.TryAdd(workload.Next()));
    }

    private static void Finish(SimulatedRequest request, RankScheduler scheduler, StepReport report)
    {
        scheduler.TryAdd(request);
        for (var step = 1; report.Finished.Count == 0; step++)
        {
            Assert.True(step < 100);
            scheduler.Step(step, report);
        }
    }
}
