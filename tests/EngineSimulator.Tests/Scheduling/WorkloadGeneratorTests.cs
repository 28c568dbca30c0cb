using DynamoAspire.EngineSimulator.Workload;

namespace DynamoAspire.EngineSimulator.Tests.Scheduling;

public sealed class WorkloadGeneratorTests
{
    private static readonly SimulatorOptions s_options = new() { SystemPromptTokens = 64, MaxModelLength = 512 };

    [Fact]
    public void Requests_StayWithinTheModel()
    {
        var workload = new WorkloadGenerator(s_options, 0, 3);
        for (var i = 0; i < 2_000; i++)
        {
            var request = workload.Next();
            Assert.InRange(request.Tokens.Length, request.PromptLength + 1, s_options.MaxModelLength);
            Assert.InRange(request.Rank, 0, 2);
        }
    }

    [Fact]
    public void Engines_OfOneSeed_ShareTheirSystemPromptsAndNothingElse()
    {
        static HashSet<string> Beginnings(int engine, int length)
        {
            var workload = new WorkloadGenerator(s_options, engine, 1);
            return [.. Enumerable.Range(0, 200).Select(_ => string.Join(',', workload.Next().Prompt[..length].ToArray()))];
        }

        var systemPrompts = Beginnings(0, 64);
        Assert.Equal(s_options.SystemPrompts, systemPrompts.Count);
        Assert.True(systemPrompts.SetEquals(Beginnings(1, 64)));
        Assert.Empty(Beginnings(0, 70).Intersect(Beginnings(1, 70)));
    }

    [Fact]
    public void Arrivals_OverALongTime_AreAsManyAsTheRateSays()
    {
        var workload = new WorkloadGenerator(s_options, 0, 1);
        var total = Enumerable.Range(0, 50_000).Sum(_ => workload.Arrivals(0.02, 10));
        Assert.InRange(total, 9_500, 10_500);
        Assert.Equal(0, workload.Arrivals(1_000, 0));
    }
}
