using DynamoAspire.Engines;
using DynamoAspire.EngineSimulator.Engines;

namespace DynamoAspire.EngineSimulator.Tests;

public sealed class DeterminismTests
{
    private static readonly Engine s_engine = EngineSet.Create(new EngineOptions { Name = "e", DpSize = 2 })[0];

    [Fact]
    public void Engine_OfTheSameSeed_EmitsTheSameBytesStepForStep()
    {
        var first = Run(seed: 5, life: 0);
        Assert.True(first.Count > 100, $"{first.Count} batches");
        Assert.Equal(first, Run(seed: 5, life: 0));
        Assert.NotEqual(first, Run(seed: 6, life: 0));
        Assert.NotEqual(first, Run(seed: 5, life: 1));
    }

    private static List<string> Run(int seed, int life)
    {
        var core = new EngineCore(s_engine, new SimulatorOptions { Seed = seed, BlocksPerRank = 600 }, life);
        var batches = new List<string>();
        for (var step = 0; step < 500; step++)
        {
            core.Step(requestsPerSecond: 8);
            foreach (var rank in core.Ranks.Where(r => !r.Events.IsEmpty))
            {
                batches.Add($"{step}/{rank.Rank.Rank}: {Convert.ToHexString(rank.Events.Complete(step, rank.Rank.Rank))}");
            }
        }

        return batches;
    }
}
