using DynamoAspire.Testing;

namespace DynamoAspire.Cli.Tests.Collect;

public sealed class CollectCommandTests
{
    private static string Fixture(params string[] parts) => Path.Combine([RepositoryPaths.Fixtures, "multiproc", .. parts]);

    [Theory]
    [InlineData("pc025-vllm_mix")]
    [InlineData("pc025-gauges")]
    public async Task Collect_RealDirectory_PrintsWhatPythonPrints(string name)
    {
        var run = await CliRun.OfAsync("collect", Fixture(name));

        Assert.Equal(0, run.ExitCode);
        Assert.Equal(await File.ReadAllTextAsync(Fixture(name, "expected.txt")), run.Output);
        Assert.Equal("", run.Error);
    }

    [Fact]
    public async Task Collect_OpenMetrics_EndsInEof()
    {
        var run = await CliRun.OfAsync("collect", Fixture("pc025-counters"), "--format", "openmetrics");

        Assert.Equal(0, run.ExitCode);
        Assert.EndsWith("# EOF\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Collect_Clash_IsNamedOnErrorAndFailsOnlyWhenStrict()
    {
        var lenient = await CliRun.OfAsync("collect", Fixture("pc025-conflicts"));
        var strict = await CliRun.OfAsync("collect", Fixture("pc025-conflicts"), "--strict");

        Assert.Equal((0, 1), (lenient.ExitCode, strict.ExitCode));
        Assert.Contains("family 'type_clash': kept Counter of counter_7001.db, dropped Gauge of gauge_sum_7002.db", lenient.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("pid=\"7002\"} 40.0", lenient.Output, StringComparison.Ordinal);
        Assert.Equal(lenient.Output, strict.Output);
    }

    [Fact]
    public async Task Collect_DamagedFile_IsNamedWithItsReason()
    {
        var run = await CliRun.OfAsync("collect", Fixture("pc025-corrupt", "zero_length"), "--strict");

        Assert.Equal(1, run.ExitCode);
        Assert.Equal("", run.Output);
        Assert.Contains("counter_1.db: left out: empty", run.Error, StringComparison.Ordinal);
        Assert.Contains("(zero_length)", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("missing", "does not exist")]
    [InlineData("pc025-counters/expected.txt", "is not a directory")]
    public async Task Collect_NoDirectory_SaysWhatToGive(string path, string message)
    {
        var run = await CliRun.OfAsync("collect", Fixture(path));

        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("collect")]
    [InlineData("collect", "a", "--format", "xml")]
    [InlineData("collect", "a", "--unknown")]
    [InlineData("collct", "a")]
    public async Task WrongCommandLine_Exits64AndSaysWhy(params string[] args)
    {
        var run = await CliRun.OfAsync(args);

        Assert.Equal(64, run.ExitCode);
        Assert.NotEqual("", run.Error);
    }

    [Fact]
    public async Task Help_Collect_ShowsExamplesAndExitCodes()
    {
        var run = await CliRun.OfAsync("collect", "--help");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("Examples:", run.Output, StringComparison.Ordinal);
        Assert.Contains("Exit codes:", run.Output, StringComparison.Ordinal);
        Assert.Contains("--format", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Collect_AsAProcess_PrintsBytesToStandardOutput()
    {
        await using var process = ChildProcess.StartProject("Cli", ["collect", Fixture("pc025-summaries")], assemblyName: "dynamo-aspire");

        Assert.Equal(0, await process.WaitForExitAsync());
        Assert.Equal((await File.ReadAllTextAsync(Fixture("pc025-summaries", "expected.txt"))).TrimEnd('\n'), string.Join('\n', process.StandardOutput));
    }
}
