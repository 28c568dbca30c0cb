using System.Text;
using DynamoAspire.Testing;

namespace DynamoAspire.Cli.Tests.Check;

public sealed class CheckCommandTests
{
    // The Python client's OpenMetrics of several processes tears metrics apart, and gives sums to buckets below zero.
    private static readonly HashSet<string> s_broken =
    [
        .. new[] { "pc016", "pc025" }.SelectMany(v => new[] { "histograms", "vllm_mix" }.Select(c => Path.Combine("multiproc", $"{v}-{c}", "expected.openmetrics.txt"))),
    ];

    public static TheoryData<string> Valid =>
    [
        .. Directory.GetFiles(Path.Combine(RepositoryPaths.Fixtures, "vllm-metrics"), "*.txt")
            .Concat(Directory.GetFiles(Path.Combine(RepositoryPaths.Fixtures, "multiproc"), "expected*.txt", SearchOption.AllDirectories))
            .Where(p => !p.Contains("conflicts", StringComparison.Ordinal) && !s_broken.Contains(Path.GetRelativePath(RepositoryPaths.Fixtures, p)))
            .Select(p => Path.GetRelativePath(RepositoryPaths.Fixtures, p))
            .Order(StringComparer.Ordinal),
    ];

    [Theory]
    [InlineData("a 1\n", "text 0.0.4")]
    [InlineData("a 1\n# EOF\n", "OpenMetrics 1.0")]
    [InlineData("# EOF", "OpenMetrics 1.0")]
    [InlineData("{\"a.b\"} 1\n", "text 1.0.0")]
    [InlineData("", "text 0.0.4")]
    public async Task Check_ValidInput_SaysByWhichFormat(string body, string format)
    {
        var run = await CliRun.WithInputAsync(Encoding.UTF8.GetBytes(body), "check", "-");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.StartsWith($"stdin: valid {format}, ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_InvalidInput_NamesEveryErrorWithItsPlace()
    {
        var run = await CliRun.WithInputAsync("# TYPE a counter\na_total -1\nb{c=\"d} 2\n\n# EOF\n"u8.ToArray(), "check", "-");

        Assert.Equal(1, run.ExitCode);
        Assert.Equal(["stdin:2:1: value_not_allowed", "stdin:3:5: invalid_labels", "stdin:4:1: blank_line"], run.Error.Split('\n').Take(3).Select(l => string.Join(':', l.Split(':').Take(4))));
        Assert.Contains("stdin: invalid OpenMetrics 1.0, 3 errors", run.Error, StringComparison.Ordinal);
        Assert.Equal("", run.Output);
    }

    [Fact]
    public async Task Check_MaxErrors_StopsThere()
    {
        var run = await CliRun.WithInputAsync("a x\nb x\nc x\n"u8.ToArray(), "check", "-", "--max-errors", "2");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("2 errors; stopped there", run.Error, StringComparison.Ordinal);
        Assert.Equal(64, (await CliRun.OfAsync("check", "-", "--max-errors", "0")).ExitCode);
    }

    [Theory]
    [InlineData("a 1\n", "openmetrics", 1)]
    [InlineData("a 1\n# EOF\n", "text", 0)]
    [InlineData("a  1\n# EOF\n", "auto", 1)]
    [InlineData("a  1\n# EOF\n", "text", 0)]
    public async Task Check_FormatGiven_IsTheOneCheckedBy(string body, string format, int exit) =>
        Assert.Equal(exit, (await CliRun.WithInputAsync(Encoding.UTF8.GetBytes(body), "check", "-", "--format", format)).ExitCode);

    [Theory]
    [MemberData(nameof(Valid))]
    public async Task Check_Fixture_IsValid(string path)
    {
        var format = path.Contains("openmetrics", StringComparison.Ordinal) ? "openmetrics" : "text";
        var run = await CliRun.OfAsync("check", Path.Combine(RepositoryPaths.Fixtures, path), "--format", format);

        Assert.True(run.ExitCode == 0, run.Error);
    }

    [Fact]
    public async Task Check_OpenMetricsOfPythonsMultiprocessCollector_IsFoundTornApart()
    {
        foreach (var path in s_broken)
        {
            var run = await CliRun.OfAsync("check", Path.Combine(RepositoryPaths.Fixtures, path), "--format", "openmetrics");

            Assert.Equal(1, run.ExitCode);
            Assert.All(
                run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).SkipLast(1),
                l => Assert.Matches(@"txt:\d+:1: (interleaved_metric|interleaved_family|value_not_allowed): ", l));
        }
    }

    [Fact]
    public async Task Check_Url_GoesByItsContentType()
    {
        await using var server = await TextServer.StartAsync();
        server.Body = "a 1\n";
        server.ContentType = "application/openmetrics-text; version=1.0.0; charset=utf-8";

        var cutOff = await CliRun.OfAsync("check", server.Url);
        server.ContentType = "text/plain; version=0.0.4";
        var text = await CliRun.OfAsync("check", server.Url);
        server.ContentType = "text/html";
        var page = await CliRun.OfAsync("check", server.Url);
        var forced = await CliRun.OfAsync("check", server.Url, "--format", "text");

        Assert.Equal((1, 0, 2, 0), (cutOff.ExitCode, text.ExitCode, page.ExitCode, forced.ExitCode));
        Assert.Contains(":2:1: missing_eof: ", cutOff.Error, StringComparison.Ordinal);
        Assert.Contains("content type 'text/html'", page.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Check_Unreadable_SaysWhatToGive()
    {
        using var folder = new TemporaryDirectory();
        var missing = await CliRun.OfAsync("check", folder.Combine("none"));
        var directory = await CliRun.OfAsync("check", folder.Path);
        var closed = await CliRun.OfAsync("check", $"http://127.0.0.1:{FreePort.Next()}/metrics");

        Assert.Equal((2, 2, 2), (missing.ExitCode, directory.ExitCode, closed.ExitCode));
        Assert.Contains("does not exist", missing.Error, StringComparison.Ordinal);
        Assert.Contains("dynamo-aspire collect", directory.Error, StringComparison.Ordinal);
        Assert.Contains("cannot be read", closed.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("check")]
    [InlineData("watch", "--once")]
    public async Task Page_WithAPasswordInItsAddress_NeverShowsIt(string command, params string[] options)
    {
        var run = await CliRun.OfAsync([command, $"http://user:hunter2@127.0.0.1:{FreePort.Next()}/metrics", .. options]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("http://127.0.0.1:", run.Error + run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", run.Error + run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void PageAddress_UserAndPassword_AreSentAsBasicAndNotShown()
    {
        Assert.True(Pages.PageAddress.TryParse("https://us%20er:p%40ss@host:8443/metrics?x=1", out var page));

        Assert.Equal("https://host:8443/metrics?x=1", page.ToString());
        Assert.Equal("us er:p@ss", System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(page.Credentials!.Parameter!)));
        Assert.True(Pages.PageAddress.TryParse("http://host/metrics", out var open));
        Assert.Null(open.Credentials);
        Assert.False(Pages.PageAddress.TryParse("/tmp/x", out _));
        Assert.False(Pages.PageAddress.TryParse("file:///tmp/x", out _));
    }

    [Fact]
    public async Task Check_Lint_GivesAdviceAndLeavesTheExitCode()
    {
        var run = await CliRun.WithInputAsync("# TYPE dynamo_aspire_used_percent gauge\ndynamo_aspire_used_percent{request_id=\"1\"} 1\n"u8.ToArray(), "check", "-", "--lint");

        Assert.Equal(0, run.ExitCode);
        Assert.Contains("advice: dynamo_aspire_used_percent no help text\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("named _ratio", run.Output, StringComparison.Ordinal);
        Assert.Contains("label \"request_id\" has no bound", run.Output, StringComparison.Ordinal);
    }
}
