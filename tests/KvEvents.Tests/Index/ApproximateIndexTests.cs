using DynamoAspire.KvEvents.Index;
using DynamoAspire.Testing;

namespace DynamoAspire.KvEvents.Tests.Index;

public sealed class ApproximateIndexTests
{
    private readonly FakeClock _clock = new();

    [Fact]
    public void Route_WithinTheTimeToLive_IsMatchedAndThenLapses()
    {
        var index = new ApproximateIndex(time: _clock);
        index.Route(new WorkerRank(1, 0), [1, 2, 3]);
        _clock.Advance(TimeSpan.FromSeconds(119));
        Assert.Equal([(1UL, 3)], Scores(index, 1, 2, 3, 4));
        index.Route(new WorkerRank(1, 0), [1, 2]);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([(1UL, 2)], Scores(index, 1, 2, 3, 4));
        _clock.Advance(TimeSpan.FromSeconds(119));
        Assert.Equal([], Scores(index, 1, 2, 3, 4));
        Assert.Equal(0, index.BlockCount);
    }

    [Fact]
    public void Route_BeyondTheBound_PrunesToTheShareEndsFirst()
    {
        var index = new ApproximateIndex(new ApproximateIndexOptions { MaxBlocks = 10 }, _clock);
        index.Route(new WorkerRank(1, 0), [1, 2, 3, 4]);
        index.Route(new WorkerRank(2, 0), [1, 2, 3, 4, 5, 6]);
        Assert.Equal(10, index.BlockCount);
        index.Route(new WorkerRank(3, 0), [9]);
        Assert.Equal(8, index.BlockCount);
        Assert.Equal([(2UL, 4), (1UL, 1)], Scores(index, 1, 2, 3, 4));
        Assert.Equal([(3UL, 1)], Scores(index, 9));
    }

    [Fact]
    public void RandomDecisions_AgreeWithAListOfThem()
    {
        for (var seed = 0; seed < 20; seed++)
        {
            var random = new Random(seed);
            var index = new ApproximateIndex(new ApproximateIndexOptions { TimeToLive = TimeSpan.FromSeconds(5), MaxBlocks = 1_000 }, _clock);
            var decisions = new List<(ulong Worker, ulong[] Tokens, DateTimeOffset When)>();
            for (var step = 0; step < 200; step++)
            {
                ulong[] tokens = [.. Enumerable.Range(0, random.Next(5)).Select(_ => (ulong)random.Next(3))];
                switch (random.Next(4))
                {
                    case 0:
                        _clock.Advance(TimeSpan.FromSeconds(random.Next(3)));
                        break;
                    case 1 when random.Next(10) == 0:
                        index.RemoveWorker(1);
                        decisions.RemoveAll(d => d.Worker == 1);
                        break;
                    default:
                        var worker = (ulong)random.Next(3);
                        index.Route(new WorkerRank(worker, 0), tokens);
                        decisions.Add((worker, tokens, _clock.GetUtcNow()));
                        break;
                }

                ulong[] query = [.. Enumerable.Range(0, 5).Select(_ => (ulong)random.Next(3))];
                var alive = decisions.Where(d => _clock.GetUtcNow() - d.When < TimeSpan.FromSeconds(5));
                var expected = alive.GroupBy(d => d.Worker)
                    .Select(g => (Worker: g.Key, Blocks: g.Max(d => d.Tokens.Zip(query).TakeWhile(p => p.First == p.Second).Count())))
                    .Where(s => s.Blocks > 0).OrderByDescending(s => s.Blocks).ThenBy(s => s.Worker).ToArray();
                Assert.True(expected.SequenceEqual(Scores(index, query)), $"seed {seed}, step {step}");
            }
        }
    }

    private static (ulong Worker, int Blocks)[] Scores(ApproximateIndex index, params ulong[] query)
    {
        var matches = new KvMatches();
        index.FindMatches(query, matches);
        matches.SortByBlocks();
        return [.. matches.Items.ToArray().Select(m => (m.Worker.WorkerId, m.Blocks))];
    }
}
