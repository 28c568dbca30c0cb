using System.Text;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Parsing;
using DynamoAspire.Metrics.Writing;
using DynamoAspire.MetricsAggregator.Aliases;
using DynamoAspire.MetricsAggregator.Options;

namespace DynamoAspire.MetricsAggregator.Tests.Aliases;

public sealed class MetricAliasesTests
{
    private const string Old = "# TYPE vllm:gpu_cache_usage_perc gauge\nvllm:gpu_cache_usage_perc{e=\"old\"} 0.5\n";
    private const string New = "# TYPE vllm:kv_cache_usage_perc gauge\nvllm:kv_cache_usage_perc{e=\"new\"} 0.25\n";

    [Theory]
    [InlineData(AliasMode.New, "kv old 0.5|kv new 0.25|gpu old 0.5")]
    [InlineData(AliasMode.Old, "kv new 0.25|gpu old 0.5|gpu new 0.25")]
    [InlineData(AliasMode.Both, "kv new 0.25|kv old 0.5|gpu new 0.25|gpu old 0.5")]
    public void Apply_EnginesOfTwoVersions_HaveBothNames(AliasMode mode, string expected) =>
        Assert.Equal(expected.Split('|').Order(), Apply(mode, Old + New).Select(l => l.Replace("vllm:", "", StringComparison.Ordinal).Replace("_cache_usage_perc{e=\"", " ", StringComparison.Ordinal).Replace("\"}", "", StringComparison.Ordinal)).Order());

    [Fact]
    public void Apply_SeriesUnderBothNames_IsNotMadeTwiceAndTheRealOneStands()
    {
        var lines = Apply(AliasMode.Both, Old + "# TYPE vllm:kv_cache_usage_perc gauge\nvllm:kv_cache_usage_perc{e=\"old\"} 0.9\n");
        Assert.Equal(["vllm:gpu_cache_usage_perc{e=\"old\"} 0.5", "vllm:kv_cache_usage_perc{e=\"old\"} 0.9"], lines.Order());
    }

    [Fact]
    public void Apply_CountersAndHistograms_KeepTheirSuffixes()
    {
        var lines = Apply(AliasMode.New, "# TYPE vllm:gpu_prefix_cache_hits_total counter\nvllm:gpu_prefix_cache_hits_total 1\n# TYPE vllm:time_per_output_token_seconds histogram\nvllm:time_per_output_token_seconds_bucket{le=\"+Inf\"} 1\nvllm:time_per_output_token_seconds_sum 2\nvllm:time_per_output_token_seconds_count 1\n");
        Assert.Contains("vllm:prefix_cache_hits_total 1.0", lines);
        Assert.Contains("vllm:inter_token_latency_seconds_bucket{le=\"+Inf\"} 1.0", lines);
        Assert.Contains("vllm:inter_token_latency_seconds_count 1.0", lines);
        Assert.Equal(8, lines.Length);
    }

    private static string[] Apply(AliasMode mode, string body)
    {
        var snapshot = new MetricSnapshot();
        Assert.True(new ExpositionLoader().Load(Encoding.UTF8.GetBytes(body), ExpositionFormat.Text, snapshot).Succeeded);
        var aliases = new MetricAliases(mode);
        aliases.Apply(snapshot);
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        ExpositionWriter.Write(snapshot, ExpositionFormat.Text, output);
        var result = new ExpositionLoader(new ExpositionLoaderOptions { Strict = true }).Load(output.WrittenSpan, ExpositionFormat.Text, new MetricSnapshot());
        Assert.True(result.Succeeded, result.Error.ToString());
        return [.. Encoding.UTF8.GetString(output.WrittenSpan).Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => l[0] != '#')];
    }
}
