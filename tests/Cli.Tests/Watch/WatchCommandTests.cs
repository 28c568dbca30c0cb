using System.Net;
using System.Text;
using DynamoAspire.Metrics.Multiprocess.Writing;
using DynamoAspire.Testing;

namespace DynamoAspire.Cli.Tests.Watch;

public sealed class WatchCommandTests : IDisposable
{
    private readonly TemporaryDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Watch_OnceOfADirectory_PrintsOnePlainSnapshot()
    {
        Write(w =>
        {
            w.Counter("vllm:requests", "R.", "model").With("a\tb").Inc(3);
            w.Histogram("vllm:latency", "L.", [1]).With().Observe(0.25);
            w.Counter("other", "O.").With().Inc();
        });

        var run = await CliRun.OfAsync("watch", _folder.Path, "--once", "--prefix", "vllm:");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var lines = run.Output.Split('\n');
        Assert.StartsWith($"# {_folder.Path}  ", lines[0], StringComparison.Ordinal);
        Assert.Equal(["vllm:requests_total{model=\"a?b\"}\t3\t-", "vllm:latency_sum\t0.25\t-", "vllm:latency_count\t1\t-", "", ""], lines[1..]);
        Assert.DoesNotContain('\u001b', run.Output);
    }

    [Fact]
    public async Task Watch_Filters_ChooseRows()
    {
        Write(w =>
        {
            w.Counter("a", "A.", "model").With("Llama").Inc();
            w.Counter("b", "B.", "model").With("other").Inc();
            w.Histogram("h", "H.", [1], "model").With("llama").Observe(2);
        });

        var matched = await CliRun.OfAsync("watch", _folder.Path, "--once", "-m", "LLAMA", "--buckets");
        var prefixed = await CliRun.OfAsync("watch", _folder.Path, "--once", "-p", "b", "-p", "h");

        Assert.Equal(
            ["a_total{model=\"Llama\"}", "h_sum{model=\"llama\"}", "h_bucket{le=\"1.0\",model=\"llama\"}", "h_bucket{le=\"+Inf\",model=\"llama\"}", "h_count{model=\"llama\"}"],
            Names(matched));
        Assert.Equal(["b_total{model=\"other\"}", "h_sum{model=\"llama\"}", "h_count{model=\"llama\"}"], Names(prefixed));
    }

    [Fact]
    public async Task Watch_SeveralReadings_TellRatesOfWhatGrows()
    {
        var clock = new FakeClock();
        using var writer = new MultiprocessWriter(_folder.Path, new MultiprocessWriterOptions { Identifier = "1" });
        var counter = writer.Counter("c", "C.").With();
        var gauge = writer.Gauge("g", "G.", Metrics.Multiprocess.GaugeMode.Sum).With();
        counter.Inc(10);
        gauge.Set(5);
        using var output = new MemoryStream();
        using var error = new StringWriter();
        var run = CommandLine.RunAsync(["watch", _folder.Path, "--count", "2", "--interval", "2"], new CliConsole(Stream.Null, output, error) { Time = clock });

        await Eventually.TrueAsync("it waits for the next reading", () => clock.ArmedTimers > 0 || run.IsCompleted);
        counter.Inc(5);
        gauge.Set(4);
        clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(0, await run);
        var readings = Encoding.UTF8.GetString(output.ToArray()).Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["c_total\t10\t-", "g\t5\t-"], readings[0].Split('\n')[1..]);
        Assert.Equal(["c_total\t15\t2.5/s", "g\t4\t-"], readings[1].Split('\n')[1..]);
    }

    [Fact]
    public async Task Watch_Terminal_DrawsOverWithinItsSize()
    {
        var clock = new FakeClock();
        using var writer = new MultiprocessWriter(_folder.Path, new MultiprocessWriterOptions { Identifier = "1" });
        var vector = writer.Counter("counter_with_a_rather_long_name", "C.", "i");
        for (var i = 0; i < 10; i++)
        {
            vector.With($"{i}").Inc();
        }

        using var output = new MemoryStream();
        using var error = new StringWriter();
        var run = CommandLine.RunAsync(
            ["watch", _folder.Path, "--count", "2"],
            new CliConsole(Stream.Null, output, error) { Time = clock, Terminal = new CliTerminal(() => (60, 8), Colours: true) });
        await Eventually.TrueAsync("it waits for the next reading", () => clock.ArmedTimers > 0 || run.IsCompleted);
        vector.With("0").Inc();
        Directory.CreateDirectory(_folder.Combine("gauge_all_1.db"));
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(0, await run);
        var screens = Encoding.UTF8.GetString(output.ToArray()).Split("\u001b[H", StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, screens.Length);
        foreach (var screen in screens)
        {
            var lines = screen.Split('\n')[..^1].Select(Visible).ToArray();
            Assert.Equal(7, lines.Length);
            Assert.All(lines, l => Assert.InRange(l.Length, 1, 60));
            Assert.StartsWith("… 6 more", lines[^1], StringComparison.Ordinal);
        }

        // The one that changed is coloured, and only on the second screen.
        Assert.DoesNotContain("\u001b[33m", screens[0], StringComparison.Ordinal);
        Assert.Contains("\u001b[33mcounter_with_a_rather_lon", screens[1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_Page_IsReadInEitherFormatAndItsFailuresAreTold()
    {
        var body = "# TYPE a counter\na_total 3\n# EOF\n";
        var port = FreePort.Next();
        using var listener = new HttpListener();
        listener.Prefixes.Add($"http://127.0.0.1:{port}/");
        listener.Start();
        var status = 200;
        var serving = Task.Run(async () =>
        {
            for (var i = 0; i < 3; i++)
            {
                var context = await listener.GetContextAsync();
                context.Response.StatusCode = status;
                context.Response.ContentType = "application/openmetrics-text; version=1.0.0";
                await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(body));
                context.Response.Close();
            }
        });
        var url = $"http://127.0.0.1:{port}/metrics";

        var fine = await CliRun.OfAsync("watch", url, "--once");
        body = "<html>\n";
        var page = await CliRun.OfAsync("watch", url, "--once");
        status = 404;
        var missing = await CliRun.OfAsync("watch", url, "--once");
        await serving;
        listener.Stop();
        var away = await CliRun.OfAsync("watch", url, "--once");

        Assert.Equal(["a_total"], Names(fine));
        Assert.Equal((0, 2, 2, 2), (fine.ExitCode, page.ExitCode, missing.ExitCode, away.ExitCode));
        Assert.Contains("is no exposition text", page.Error, StringComparison.Ordinal);
        Assert.Contains("answered 404", missing.Error, StringComparison.Ordinal);
        Assert.Contains("Is the service up?", away.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "does not exist", "/nowhere/at/all", "--once")]
    [InlineData(2, "Is PROMETHEUS_MULTIPROC_DIR set?", "", "--once")]
    [InlineData(64, "--interval must be", "/tmp", "--interval", "0")]
    [InlineData(64, "--interval", "/tmp", "--interval", "often")]
    public async Task Watch_WrongUse_SaysWhatToDo(int exit, string words, params string[] args)
    {
        var run = await CliRun.OfAsync(["watch", .. args]);

        Assert.Equal(exit, run.ExitCode);
        Assert.Contains(words, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_SourceGoneLater_IsToldAndTriedAgain()
    {
        var clock = new FakeClock();
        Write(w => w.Counter("c", "C.").With().Inc());
        using var output = new MemoryStream();
        using var error = new StringWriter();
        var run = CommandLine.RunAsync(["watch", _folder.Path, "-n", "2"], new CliConsole(Stream.Null, output, error) { Time = clock });
        await Eventually.TrueAsync("it waits for the next reading", () => clock.ArmedTimers > 0 || run.IsCompleted);
        Directory.Delete(_folder.Path, recursive: true);
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(0, await run);
        Assert.Contains("does not exist", Encoding.UTF8.GetString(output.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watch_CtrlC_EndsWithZero()
    {
        Write(w => w.Counter("c", "C.").With().Inc());
        await using var child = ChildProcess.StartInForeground(ChildProcess.DotnetPath, [RepositoryPaths.Assembly("Cli", "dynamo-aspire"), "watch", _folder.Path]);
        await child.WaitForOutputAsync("c_total");

        child.Signal("INT");

        Assert.Equal(0, await child.WaitForExitAsync());
    }

    private static string[] Names(CliRun run) => [.. run.Output.Split('\n')[1..].Where(l => l.Length > 0).Select(l => l.Split('\t')[0])];

    private static string Visible(string line) => System.Text.RegularExpressions.Regex.Replace(line, "\u001b\\[[0-9]*[A-Za-z]", "");

    private void Write(Action<MultiprocessWriter> write)
    {
        using var writer = new MultiprocessWriter(_folder.Path, new MultiprocessWriterOptions { Identifier = "1" });
        write(writer);
    }
}
