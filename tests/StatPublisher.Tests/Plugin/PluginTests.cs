using System.Diagnostics;
using System.Text.Json;
using DynamoAspire.Testing;

namespace DynamoAspire.StatPublisher.Tests.Plugin;

/// <summary>The vLLM plugin (integrations/vllm): its own tests, its package, and its records in the real service.</summary>
[Trait("Category", "Integration")]
public sealed class PluginTests
{
    private static readonly string s_plugin = Path.Combine(RepositoryPaths.Root, "integrations", "vllm");

    [Fact]
    public async Task PythonSuite_Passes()
    {
        await using var python = Python.Start(
            Path.Combine(s_plugin, "tests", "run.py"), [], new Dictionary<string, string?> { ["PYTHONDONTWRITEBYTECODE"] = "1" });

        var exit = await python.WaitForExitAsync(TimeSpan.FromSeconds(120));

        Assert.True(exit == 0, python.Output);
        Assert.Matches(@"Ran [2-9]\d tests", python.Output);
    }

    [PipFact]
    public async Task Package_IsInstalledByPip_AndRegistersItsEntryPoint()
    {
        using var folder = new TemporaryDirectory();
        // A copy: pip builds in the source folder, and the repository stays clean.
        CopyFolder(s_plugin, folder.Combine("source"));
        await using (var pip = ChildProcess.Start(
            Python.Path, ["-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--no-build-isolation", "--target", folder.Combine("site"), folder.Combine("source")]))
        {
            var exit = await pip.WaitForExitAsync(TimeSpan.FromSeconds(120));
            Assert.True(exit == 0, pip.Output);
        }

        var found = await Python.RunAsync(
            """
            import sys
            sys.path.insert(0, sys.argv[1])
            from importlib.metadata import distributions
            for d in distributions(path=[sys.argv[1]]):
                for e in d.entry_points:
                    print(d.metadata["Name"], e.group, e.name, e.load().__name__)
            """,
            folder.Combine("site"));

        Assert.Equal("dynamo-aspire-vllm vllm.stat_logger_plugins dynamo_aspire DynamoAspireStatLogger", found);
    }

    /// <summary>Two front ends of one engine with two ranks each; what the service shows is the sum of what they saw.</summary>
    [Fact]
    public async Task Records_OfTheRealPlugin_AreTheRanksThatTheServiceShows()
    {
        var (http, listen) = (FreePort.Next(), FreePort.Next());
        await using var service = ChildProcess.StartProject(
            "StatPublisher",
            [
                "--urls", $"http://127.0.0.1:{http}", $"--StatPublisher:Listen=tcp://127.0.0.1:{listen}", $"--ConnectionStrings:nats=nats://127.0.0.1:{FreePort.Next()}",
                "--Engines:0:Name=gpu-7", "--Engines:0:DpSize=2",
            ]);
        await service.WaitForOutputAsync("listens on");
        var environment = new Dictionary<string, string?>
        {
            ["PYTHONDONTWRITEBYTECODE"] = "1",
            ["DYNAMO_ASPIRE_ENGINE"] = "gpu-7",
            ["DYNAMO_ASPIRE_STATS_URL"] = $"tcp://127.0.0.1:{listen}",
        };
        var script = Path.Combine(s_plugin, "tests", "front_end.py");
        await using var first = Python.Start(script, ["--usage", "0.25", "--queries", "100", "--hits", "25"], environment);
        await using var second = Python.Start(script, ["--usage", "0.25", "--queries", "100", "--hits", "75"], environment);
        using var client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{http}") };

        await Eventually.TrueAsync(
            "both ranks show half of the looked-up tokens found",
            async () =>
            {
                var text = await client.GetStringAsync("/metrics");
                return text.Split('\n').Count(l => l.StartsWith("dynamo_aspire_stat_prefix_cache_hit_ratio{", StringComparison.Ordinal) && double.Parse(l[(l.LastIndexOf(' ') + 1)..]) is > 0.4 and < 0.6) == 2;
            },
            TimeSpan.FromSeconds(30),
            () => service.Output + first.Output + second.Output);
        using var ranks = JsonDocument.Parse(await client.GetStringAsync("/v1/ranks"));
        Assert.Contains("250", ranks.RootElement.GetRawText(), StringComparison.Ordinal);
        Assert.Equal(
            ["0", "1"],
            (await client.GetStringAsync("/metrics")).Split('\n').Where(l => l.StartsWith("dynamo_component_total_blocks{", StringComparison.Ordinal) && l.EndsWith(" 1000.0", StringComparison.Ordinal))
                .Select(l => l[(l.IndexOf("dp_rank=\"", StringComparison.Ordinal) + 9)..][..1]).Order());
    }

    /// <summary>A call costs the engine's event loop little even on a busy machine: the bar of 20 µs is the bench's, this is three times that.</summary>
    [Fact]
    public async Task Call_CostsTheEngineLittle()
    {
        await using var bench = Python.Start(
            Path.Combine(s_plugin, "bench", "record_cost.py"), ["--calls", "2000", "--runs", "3", "--bar", "60"], new Dictionary<string, string?> { ["PYTHONDONTWRITEBYTECODE"] = "1" });

        var exit = await bench.WaitForExitAsync(TimeSpan.FromSeconds(60));

        Assert.True(exit == 0, bench.Output);
    }

    private static void CopyFolder(string source, string target)
    {
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    /// <summary>Skipped, with the reason, where the Python of the tests has no pip and setuptools.</summary>
    private sealed class PipFactAttribute : FactAttribute
    {
        public PipFactAttribute()
        {
            using var process = Process.Start(new ProcessStartInfo(Python.Path, ["-c", "import setuptools, pip"]) { RedirectStandardError = true });
            process!.WaitForExit();
            Skip = process.ExitCode == 0 ? null : $"{Python.Path} has no pip with setuptools (Debian: apt-get install python3-pip python3-setuptools).";
        }
    }
}
