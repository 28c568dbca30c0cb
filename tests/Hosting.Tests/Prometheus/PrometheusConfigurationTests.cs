using System.Text.Json;
using Aspire.Hosting.ApplicationModel;
using DynamoAspire.Hosting.Prometheus;
using DynamoAspire.Testing;

namespace DynamoAspire.Hosting.Tests.Prometheus;

/// <summary>Generated and committed configuration, judged by Prometheus's own tool.</summary>
public sealed class PrometheusConfigurationTests : IDisposable
{
    private static readonly string s_deploy = Path.Combine(RepositoryPaths.Root, "deploy", "observability");
    private readonly TemporaryDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [ProgramFact("promtool")]
    public async Task Generated_IsAcceptedByPromtool()
    {
        var targets = _folder.Combine("targets.json");
        await File.WriteAllTextAsync(targets, await PrometheusConfiguration.TargetsAsync(
            [new ScrapeTarget("engine", "engine-a", "http", ReferenceExpression.Create($"localhost:9430"), "/engines/engine-a/metrics")], CancellationToken.None));
        await File.WriteAllTextAsync(_folder.Combine("prometheus.yml"), PrometheusConfiguration.Text(targets, _folder.Combine("rules", "*.yml"), "127.0.0.1:9090"));

        await CheckAsync(_folder.Combine("prometheus.yml"));
    }

    [ProgramFact("promtool")]
    public async Task Committed_IsAcceptedByPromtool() => await CheckAsync(Path.Combine(s_deploy, "prometheus", "prometheus.yml"));

    /// <summary>The image's entry point and the generator make the same file from the same targets.</summary>
    [Fact]
    public async Task EntryPoint_WritesWhatTheGeneratorWrites()
    {
        ScrapeTarget[] targets =
        [
            new("engine", "engine-a", "http", ReferenceExpression.Create($"engine:9430"), "/engines/engine-a/metrics"),
            new("metrics-aggregator", null, "https", ReferenceExpression.Create($"metrics-aggregator:443"), "/metrics"),
        ];
        var expected = await PrometheusConfiguration.TargetsAsync(targets, CancellationToken.None);

        var (exit, output) = await RunEntryPointAsync(
            ("SCRAPE_TARGET_0", "engine engine-a http://engine:9430/engines/engine-a/metrics"), ("SCRAPE_TARGET_1", "metrics-aggregator - https://metrics-aggregator:443/metrics"));

        Assert.True(exit == 0, output);
        Assert.Contains("--config.file=/etc/prometheus/prometheus.yml", output, StringComparison.Ordinal);
        Assert.Equal(Canonical(expected), Canonical(await File.ReadAllTextAsync(_folder.Combine("targets.json"))));
    }

    [Fact]
    public async Task EntryPoint_WithoutTargets_WritesNone()
    {
        var (exit, output) = await RunEntryPointAsync();

        Assert.True(exit == 0, output);
        Assert.Equal("[]", Canonical(await File.ReadAllTextAsync(_folder.Combine("targets.json"))));
    }

    [Theory]
    [InlineData("only two")]
    [InlineData("job - http://x\"y/metrics")]
    [InlineData("job - http://$(touch /tmp/x)/")]
    public async Task EntryPoint_WithABrokenTarget_SaysSo(string target)
    {
        var (exit, output) = await RunEntryPointAsync(("SCRAPE_TARGET_0", target));

        Assert.Equal(1, exit);
        Assert.Contains("SCRAPE_TARGET_0", output, StringComparison.Ordinal);
    }

    private static string Canonical(string json)
    {
        using var document = JsonDocument.Parse(json);
        return "[" + string.Join(",", document.RootElement.EnumerateArray().Select(t =>
            t.GetProperty("targets")[0].GetString() + " " + string.Join(" ", t.GetProperty("labels").EnumerateObject().OrderBy(l => l.Name, StringComparer.Ordinal).Select(l => $"{l.Name}={l.Value}")))) + "]";
    }

    private static async Task CheckAsync(string file)
    {
        await using var promtool = ChildProcess.Start("promtool", ["check", "config", file]);
        Assert.True(await promtool.WaitForExitAsync(TimeSpan.FromSeconds(20)) == 0, promtool.Output);
    }

    private async Task<(int Exit, string Output)> RunEntryPointAsync(params (string Name, string Value)[] variables)
    {
        var environment = variables.ToDictionary(v => v.Name, v => (string?)v.Value);
        environment["TARGETS_FILE"] = _folder.Combine("targets.json");
        environment["PROMETHEUS"] = "echo";
        await using var entry = ChildProcess.Start("sh", [Path.Combine(s_deploy, "prometheus", "entrypoint.sh")], environment);
        var exit = await entry.WaitForExitAsync(TimeSpan.FromSeconds(10));
        return (exit, entry.Output);
    }
}
