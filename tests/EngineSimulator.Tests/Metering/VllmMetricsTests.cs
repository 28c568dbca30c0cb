using DynamoAspire.Engines;
using DynamoAspire.EngineSimulator.Engines;
using DynamoAspire.EngineSimulator.Metering;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Writing;
using DynamoAspire.Testing;

namespace DynamoAspire.EngineSimulator.Tests.Metering;

public sealed class VllmMetricsTests
{
    private static readonly SimulatorOptions s_options = new() { MaxModelLength = 131_072, BlocksPerRank = 27_000 };

    [Fact]
    public void Families_AreThoseOfVllm_WithItsTypesHelpLabelsAndBuckets()
    {
        var engine = EngineSet.Create(new EngineOptions { Name = "e", Model = "meta-llama/Llama-3.1-8B-Instruct", DpSize = 2 })[0];
        using var metrics = new VllmMetrics(engine, s_options, files: null);
        var fixture = File.ReadAllLines(Path.Combine(RepositoryPaths.Fixtures, "vllm-metrics", "new-dp2-t0.txt"));
        Assert.Equal(Shape(fixture), Shape(Print(metrics).Split('\n')));
    }

    [Fact]
    public void Numbers_AddUp()
    {
        var engine = EngineSet.Create(new EngineOptions { Name = "e", DpSize = 1 })[0];
        var options = new SimulatorOptions { BlocksPerRank = 600 };
        using var metrics = new VllmMetrics(engine, options, files: null);
        var core = new EngineCore(engine, options, 0);
        int generated = 0, finished = 0, prompts = 0;
        for (var step = 0; step < 400; step++)
        {
            core.Step(10);
            metrics.Ranks[0].Record(core.Ranks[0].Report);
            generated += core.Ranks[0].Report.GeneratedTokens;
            finished += core.Ranks[0].Report.Finished.Count;
            prompts += core.Ranks[0].Report.PromptTokens;
        }

        var rank = metrics.Ranks[0];
        Assert.True(finished > 10, $"{finished} finished");
        Assert.Equal(generated, rank.GenerationTokens.Memory.Value);
        Assert.Equal(finished, rank.FinishedByLength.Memory.Value);
        Assert.Equal(prompts, rank.ComputedLocally.Memory.Value + rank.FromLocalCache.Memory.Value);
        Assert.Equal(finished, rank.EndToEnd.Memory.Count);
        Assert.Equal(generated, rank.TimeToFirstToken.Memory.Count + rank.InterTokenTime.Memory.Count);
        Assert.Equal(rank.Inference.Memory.Sum, rank.Prefill.Memory.Sum + rank.Decode.Memory.Sum, 6);
        Assert.Equal(rank.EndToEnd.Memory.Sum, rank.Queued.Memory.Sum + rank.Inference.Memory.Sum, 6);
        Assert.True(rank.FromLocalCache.Memory.Value > 0);
    }

    /// <summary>Headers and series of vLLM's own families, without values, the gauges of <c>_created</c> aside.</summary>
    private static List<string> Shape(string[] lines) =>
    [
        .. lines.Where(l => l.Contains("vllm:", StringComparison.Ordinal) && !l.Contains("_created", StringComparison.Ordinal))
            .Select(l => l.StartsWith('#') ? l : l[..l.LastIndexOf(' ')])
            .Order(StringComparer.Ordinal),
    ];

    private static string Print(VllmMetrics metrics)
    {
        var snapshot = new MetricSnapshot();
        metrics.Registry.Collect(snapshot);
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        ExpositionWriter.Write(snapshot, ExpositionFormat.Text, output);
        return System.Text.Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
