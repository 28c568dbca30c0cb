using DynamoAspire.Testing;

namespace DynamoAspire.Cli.Tests.Collect;

public sealed class CollectOptionsTests
{
    private static string Fixture(string name) => Path.Combine(RepositoryPaths.Fixtures, "multiproc", name);

    [Fact]
    public async Task Collect_Prefixes_PrintOnlyFamiliesThatBeginSo()
    {
        var all = await CliRun.OfAsync("collect", Fixture("pc025-vllm_mix"));
        var some = await CliRun.OfAsync("collect", Fixture("pc025-vllm_mix"), "--prefix", "vllm:num_requests", "--prefix", "lmcache:");

        var expected = all.Output.Split('\n').Where(l => l.Contains("vllm:num_requests", StringComparison.Ordinal) || l.Contains("lmcache:", StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(expected);
        Assert.True(expected.Length < all.Output.Split('\n').Length - 1);
        Assert.Equal(expected, some.Output.TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public async Task Collect_Labels_AreAddedWhereASeriesHasNone()
    {
        var run = await CliRun.OfAsync("collect", Fixture("pc025-counters"), "--label", "zone=a=b", "--label", "rack=7");

        Assert.Equal(0, run.ExitCode);
        foreach (var line in run.Output.TrimEnd('\n').Split('\n').Where(l => l[0] != '#'))
        {
            Assert.Contains("rack=\"7\"", line, StringComparison.Ordinal);
            Assert.Contains("zone=\"a=b\"", line, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Collect_Stats_AreOnErrorOnly()
    {
        var plain = await CliRun.OfAsync("collect", Fixture("pc025-corrupt/zero_length"));
        var run = await CliRun.OfAsync("collect", Fixture("pc025-vllm_mix"), "--stats", "--prefix", "nothing");
        var skipped = await CliRun.OfAsync("collect", Fixture("pc025-corrupt/zero_length"), "--stats");

        Assert.Equal("", run.Output);
        Assert.Matches("files +18\nbytes in use +73[0-9]{3}\nleft out +0\n", run.Error);
        Assert.Matches("samples +[1-9][0-9]*, 0 printed\n", run.Error);
        Assert.Matches("left out +1 \\(zero_length 1\\)\n", skipped.Error);
        Assert.DoesNotContain("files ", plain.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Collect_GaugeMode_ReadsAFamilyInAnotherMode()
    {
        var run = await CliRun.OfAsync("collect", Fixture("pc025-vllm_mix"), "--gauge-mode", "vllm:num_requests_running=max");

        Assert.Equal(0, run.ExitCode);
        Assert.DoesNotContain(run.Output.Split('\n'), l => l.StartsWith("vllm:num_requests_running{", StringComparison.Ordinal) && l.Contains("pid=", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("--label", "novalue")]
    [InlineData("--label", "9x=1")]
    [InlineData("--gauge-mode", "g=median")]
    [InlineData("--gauge-mode", "g=1")]
    [InlineData("--format", "json")]
    public async Task Collect_WrongOption_IsRefusedByName(string option, string value)
    {
        var run = await CliRun.OfAsync("collect", Fixture("pc025-counters"), option, value);

        Assert.Equal((64, true), (run.ExitCode, run.Error.Contains(value, StringComparison.Ordinal)));
    }
}
