using System.Text.RegularExpressions;
using DynamoAspire.Metrics.Multiprocess;
using DynamoAspire.Metrics.Multiprocess.Writing;
using DynamoAspire.Testing;

namespace DynamoAspire.Cli.Tests;

/// <summary>What the README tells people to type works.</summary>
public sealed partial class ReadmeTests
{
    private const string Program = "dotnet run --project src/Cli -c Release -- ";

    [Fact]
    public async Task CommandLines_OfMultiprocessDirectories_DoWhatTheySay()
    {
        using var folder = new TemporaryDirectory();
        using (var writer = new MultiprocessWriter(folder.Path, new MultiprocessWriterOptions { Identifier = "5000001" }))
        {
            writer.Counter("vllm:c", "help").With().Inc();
            writer.Gauge("other", "help", GaugeMode.Max).With().Set(1);
        }

        var runs = new Dictionary<string, CliRun>(StringComparer.Ordinal);
        foreach (var line in File.ReadAllLines(Path.Combine(RepositoryPaths.Root, "README.md")).Where(l => l.StartsWith(Program, StringComparison.Ordinal) && l.Contains("$PROMETHEUS_MULTIPROC_DIR", StringComparison.Ordinal)))
        {
            var command = Comment().Replace(line[Program.Length..], "");
            runs[command] = await CliRun.OfAsync(command.Replace("\"$PROMETHEUS_MULTIPROC_DIR\"", folder.Path, StringComparison.Ordinal).Split(' '));
        }

        Assert.All(runs, r => Assert.True(r.Value.ExitCode == 0, $"{r.Key}: {r.Value.ExitCode} {r.Value.Error}"));
        Assert.Contains("other 1.0", Of("collect \"$PROMETHEUS_MULTIPROC_DIR\"").Output, StringComparison.Ordinal);
        Assert.DoesNotContain("other", Of("collect \"$PROMETHEUS_MULTIPROC_DIR\" --prefix vllm:").Output, StringComparison.Ordinal);
        Assert.Contains("vllm:c_total{engine_name=\"a\"} 1.0", Of("collect \"$PROMETHEUS_MULTIPROC_DIR\" --label engine_name=a").Output, StringComparison.Ordinal);
        Assert.Contains("files              2", Of("collect \"$PROMETHEUS_MULTIPROC_DIR\" --stats").Error, StringComparison.Ordinal);
        Assert.Contains("would fold 1", Of("reap \"$PROMETHEUS_MULTIPROC_DIR\" --dry-run").Output, StringComparison.Ordinal);
        Assert.Contains("folded 1", Of("reap \"$PROMETHEUS_MULTIPROC_DIR\"").Output, StringComparison.Ordinal);

        CliRun Of(string command) => runs.TryGetValue(command, out var run) ? run : throw new InvalidOperationException($"The README has no '{Program}{command}'.");
    }

    [GeneratedRegex(@"\s+#.*$")]
    private static partial Regex Comment();
}
