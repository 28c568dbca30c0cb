using DynamoAspire.Metrics.Multiprocess;
using DynamoAspire.Metrics.Multiprocess.Writing;
using DynamoAspire.Testing;

namespace DynamoAspire.MetricsAggregator.Tests.Reaping;

public sealed class ReaperServiceTests : IDisposable
{
    // Above what Linux gives to processes.
    private const string Dead = "5000001";

    private readonly TemporaryDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Reaper_NotEnabled_TouchesNothing()
    {
        WriteDead();
        await using var host = await StartAsync(("Aggregator:Reaper:Interval", "1s"));

        Assert.Equal(["c_total{job=\"d\"} 3.0"], await host.LinesAsync("c_total"));
        Assert.Equal([$"counter_{Dead}.db", $"gauge_liveall_{Dead}.db"], Files());
        Assert.Empty(await host.LinesAsync("dynamo_aspire_reaper_"));
    }

    [Fact]
    public async Task Reaper_DeadProcess_IsFoldedAndTotalsStay()
    {
        WriteDead();
        await using var host = await StartAsync(("Aggregator:Reaper:Enabled", "true"));

        await Eventually.TrueAsync("the run is reported", async () => (await host.LinesAsync("dynamo_aspire_reaper_last_run_timestamp_seconds{target=\"d\"}")).Length == 1);

        Assert.Equal(["counter_reaped.db"], Files());
        Assert.Equal(["c_total{job=\"d\"} 3.0"], await host.LinesAsync("c_total"));
        Assert.Empty(await host.LinesAsync("g{"));
        Assert.Equal(
            ["dynamo_aspire_reaper_files_cleared_total{outcome=\"folded\",target=\"d\"} 1.0", "dynamo_aspire_reaper_files_cleared_total{outcome=\"removed\",target=\"d\"} 1.0"],
            (await host.LinesAsync("dynamo_aspire_reaper_files_cleared_total{")).Order(StringComparer.Ordinal));
        Assert.DoesNotContain("dynamo_aspire_reaper_freed_bytes_total{target=\"d\"} 0.0", await host.LinesAsync("dynamo_aspire_reaper_freed_bytes_total{"));
    }

    [Fact]
    public async Task Reaper_DryRun_SaysWhatItWouldDoAndDoesNothing()
    {
        WriteDead();
        await using var host = await StartAsync(("Aggregator:Reaper:Enabled", "true"), ("Aggregator:Reaper:DryRun", "true"));

        await Eventually.TrueAsync("the run is reported", async () => (await host.LinesAsync("dynamo_aspire_reaper_files{outcome=\"folded\",target=\"d\"} 1.0")).Length == 1);

        Assert.Equal([$"counter_{Dead}.db", $"gauge_liveall_{Dead}.db"], Files());
        Assert.Equal(["dynamo_aspire_reaper_files_cleared_total{outcome=\"folded\",target=\"d\"} 0.0"], await host.LinesAsync("dynamo_aspire_reaper_files_cleared_total{outcome=\"folded\""));
    }

    [Fact]
    public async Task Reaper_ByAgeForADirectory_TakesTheAgeOnly()
    {
        WriteDead();
        foreach (var file in Files().Take(1))
        {
            File.SetLastWriteTimeUtc(Path.Combine(_folder.Path, file), DateTime.UtcNow.AddHours(-2));
        }

        await using var host = await StartAsync(("Aggregator:Reaper:Enabled", "true"), ("Aggregator:Reaper:ByAge:0", "d"));

        // One file of the process is young: by its id it would be dead all the same.
        await Eventually.TrueAsync("the run is reported", async () => (await host.LinesAsync("dynamo_aspire_reaper_files{outcome=\"too_young\",target=\"d\"} 2.0")).Length == 1);
        Assert.Equal(2, Files().Length);
    }

    [Fact]
    public async Task Reaper_DirectoryNotNamedOrMissing_IsLeftOrCounted()
    {
        WriteDead();
        await using var host = await StartAsync(
            ("Aggregator:Reaper:Enabled", "true"),
            ("Aggregator:Reaper:Directories:0", "gone"),
            ("Aggregator:Directories:1:Name", "gone"),
            ("Aggregator:Directories:1:Path", Path.Combine(_folder.Path, "none")));

        await Eventually.TrueAsync("the failure is counted", async () => (await host.LinesAsync("dynamo_aspire_reaper_failures_total{reason=\"unreachable\",target=\"gone\"} 1.0")).Length == 1);
        Assert.Equal(2, Files().Length);
        Assert.Empty(await host.LinesAsync("dynamo_aspire_reaper_failures_total{reason=\"unreachable\",target=\"d\"}"));
    }

    [Fact]
    public async Task GaugeModes_ForOneDirectory_ReadThatGaugeDifferently()
    {
        WriteDead("5000001");
        WriteDead("5000002");
        var other = Directory.CreateDirectory(Path.Combine(_folder.Path, "other")).FullName;
        WriteDead("5000003", other);
        await using var host = await StartAsync(
            ("Aggregator:Directories:1:Name", "e"),
            ("Aggregator:Directories:1:Path", other),
            ("Aggregator:GaugeModes:0:Directory", "d"),
            ("Aggregator:GaugeModes:0:Family", "g"),
            ("Aggregator:GaugeModes:0:Mode", "Sum"),
            ("Aggregator:GaugeModes:1:Family", "g"),
            ("Aggregator:GaugeModes:1:Mode", "LiveAll"));

        Assert.Equal(["g{job=\"d\"} 14.0", "g{job=\"e\",pid=\"5000003\"} 7.0"], (await host.LinesAsync("g{")).Order(StringComparer.Ordinal));
    }

    private Task<AggregatorHost> StartAsync(params (string Key, string Value)[] settings) =>
        AggregatorHost.StartAsync([("Aggregator:Directories:0:Name", "d"), ("Aggregator:Directories:0:Path", _folder.Path), .. settings]);

    private void WriteDead(string identifier = Dead, string? folder = null)
    {
        using var writer = new MultiprocessWriter(folder ?? _folder.Path, new MultiprocessWriterOptions { Identifier = identifier });
        writer.Counter("c", "Counts.").With().Inc(3);
        writer.Gauge("g", "Live.", GaugeMode.LiveAll).With().Set(7);
    }

    private string[] Files() => [.. Directory.EnumerateFiles(_folder.Path, "*.db").Select(p => Path.GetFileName(p)).Order(StringComparer.Ordinal)];
}
