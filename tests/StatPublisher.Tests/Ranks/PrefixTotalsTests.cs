using System.Text;
using DynamoAspire.KvEvents.StatRecords;
using DynamoAspire.StatPublisher.Ranks;

namespace DynamoAspire.StatPublisher.Tests.Ranks;

public sealed class PrefixTotalsTests
{
    private readonly PrefixTotals _totals = new();

    [Fact]
    public void Observe_TwoFrontEnds_AddsTheirStepsUp()
    {
        Observe("a", 100, 50);
        Observe("b", 10, 1);
        Observe("a", 120, 60);
        Observe("b", 20, 2);

        Assert.Equal((140UL, 62UL), (_totals.Queries, _totals.Hits));
    }

    [Fact]
    public void Observe_RestartUnderTheSameName_CountsOn()
    {
        Observe("", 100, 50);
        Observe("", 30, 10);
        Observe("", 40, 20);

        Assert.Equal((140UL, 70UL), (_totals.Queries, _totals.Hits));
    }

    [Fact]
    public void Observe_OnlyOneOfTheCounters_IsPassedOver()
    {
        Assert.False(_totals.Observe(new StatRecord { PrefixQueries = 5 }));
        Assert.False(_totals.Observe(new StatRecord { PrefixHits = 5 }));
        Assert.Equal(0UL, _totals.Queries);
    }

    /// <summary>Against a dictionary that forgets nothing, with no more senders than are told apart.</summary>
    [Fact]
    public void Observe_RandomSendersAndRestarts_EqualsTheObvious()
    {
        var seed = Environment.TickCount;
        var random = new Random(seed);
        var last = new Dictionary<string, (ulong Queries, ulong Hits)>();
        (ulong Queries, ulong Hits) expected = (0, 0);
        for (var i = 0; i < 20_000; i++)
        {
            var sender = $"sender-{random.Next(PrefixTotals.MaxSenders)}";
            var before = random.Next(50) == 0 ? (0UL, 0UL) : last.GetValueOrDefault(sender);
            var step = (Queries: (ulong)random.Next(100), Hits: 0UL);
            step.Hits = (ulong)random.Next((int)step.Queries + 1);
            var now = (Queries: before.Item1 + step.Queries, Hits: before.Item2 + step.Hits);

            // A restart is only seen when a counter falls; one that has already passed the old values looks like progress.
            var known = last.GetValueOrDefault(sender);
            expected = now.Queries < known.Queries || now.Hits < known.Hits
                ? (expected.Queries + now.Queries, expected.Hits + now.Hits)
                : (expected.Queries + now.Queries - known.Queries, expected.Hits + now.Hits - known.Hits);
            last[sender] = now;
            Observe(sender, now.Queries, now.Hits);
            Assert.True(expected == (_totals.Queries, _totals.Hits), $"seed {seed}, record {i}");
        }
    }

    [Fact]
    public void Observe_MoreSendersThanAreToldApart_StaysBounded()
    {
        for (var i = 0; i < 10_000; i++)
        {
            Observe($"sender-{i}", 10, 5);
        }

        Assert.Equal((100_000UL, 50_000UL), (_totals.Queries, _totals.Hits));
        Observe("sender-9999", 12, 6);
        Assert.Equal((100_002UL, 50_001UL), (_totals.Queries, _totals.Hits));
    }

    private void Observe(string sender, ulong queries, ulong hits) =>
        Assert.True(_totals.Observe(new StatRecord { Sender = Encoding.UTF8.GetBytes(sender), PrefixQueries = queries, PrefixHits = hits }));
}
