using System.Diagnostics;
using System.Text;
using DynamoAspire.Metrics.Linting;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Parsing;
using DynamoAspire.Metrics.Registry;
using DynamoAspire.Metrics.Writing;
using DynamoAspire.Testing;

namespace DynamoAspire.Metrics.Tests.Linting;

public sealed class MetricLintTests
{
    private const string Corpus =
        "# TYPE a_total gauge\na_total 1\n# HELP b x\n# TYPE b counter\nb{camelCase=\"1\"} 1\ncamelCase 1\n# HELP foo_milliseconds x\n# TYPE foo_milliseconds gauge\nfoo_milliseconds 1\n" +
        "# HELP a:b x\n# TYPE a:b gauge\na:b 1\n# HELP h_count x\n# TYPE h_count gauge\nh_count 1\n# HELP h_sum x\n# TYPE h_sum counter\nh_sum 1\n# HELP g x\n# TYPE g gauge\ng{le=\"1\"} 1\ng{quantile=\"1\"} 1\n" +
        "# HELP my_gauge_x x\n# TYPE my_gauge_x gauge\nmy_gauge_x 1\n# HELP x_ms x\n# TYPE x_ms gauge\nx_ms 1\n# HELP my_kilobytes_used x\n# TYPE my_kilobytes_used gauge\nmy_kilobytes_used 1\n" +
        "# HELP x_bucket x\n# TYPE x_bucket gauge\nx_bucket 1\nuntyped_total 1\nuntyped_bucket{le=\"1\"} 1\n# HELP ok_seconds x\n# TYPE ok_seconds histogram\nok_seconds_bucket{le=\"+Inf\"} 1\nok_seconds_sum 1\nok_seconds_count 1\n";

    public static TheoryData<string> Bodies =>
        [Corpus, .. Directory.GetFiles(Path.Combine(RepositoryPaths.Fixtures, "vllm-metrics"), "*-t0.txt").Select(File.ReadAllText)];

    [ProgramTheory("promtool")]
    [MemberData(nameof(Bodies))]
    public async Task Check_Body_GivesTheAdviceOfPromtool(string body)
    {
        var expected = await PromtoolAsync(body);

        Assert.NotEmpty(expected);
        Assert.Equal(string.Join('\n', expected), string.Join('\n', Advice(body)));
    }

    [Fact]
    public void Check_OwnMetrics_FollowsOurRulesToo()
    {
        var registry = new MetricRegistry();
        registry.Gauge("dynamo_aspire_used_percent", "Used.");
        registry.Gauge("dynamo_aspire_good_ratio", "Good.");
        registry.Gauge("dynamo_aspire_last_timestamp", "When.");
        var snapshot = new MetricSnapshot();
        registry.Collect(snapshot);

        Assert.Equal(
            ["dynamo_aspire_last_timestamp points in time are Unix seconds, named _timestamp_seconds", "dynamo_aspire_used_percent shares are ratios from 0 to 1, named _ratio"],
            MetricLint.Check(snapshot).Select(p => p.ToString()));
    }

    private static IEnumerable<string> Advice(string body)
    {
        var snapshot = new MetricSnapshot();
        new ExpositionLoader().Load(Encoding.UTF8.GetBytes(body), ExpositionFormat.Text, snapshot);
        return MetricLint.Check(snapshot).Select(p => p.ToString()).Order(StringComparer.Ordinal);
    }

    private static async Task<string[]> PromtoolAsync(string body)
    {
        var start = new ProcessStartInfo("promtool", ["check", "metrics"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        await process.StandardInput.WriteAsync(body);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return [.. (await output + error).Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct().Order(StringComparer.Ordinal)];
    }
}
