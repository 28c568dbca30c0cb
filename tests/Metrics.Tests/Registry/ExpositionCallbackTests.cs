using System.Buffers;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Parsing;
using DynamoAspire.Metrics.Registry;
using DynamoAspire.Testing;

namespace DynamoAspire.Metrics.Tests.Registry;

public sealed class ExpositionCallbackTests
{
    [Fact]
    public void Collect_SeveralTexts_AreOneSortedSetOfFamilies()
    {
        var root = new MetricRegistry("root");
        root.Counter("m_total", "Own.", ("a", "1")).Inc();
        var child = root.CreateChild("endpoint");
        child.OnExposition("first", () => "# TYPE z gauge\nz 1\n# HELP m_total Other.\n# TYPE m_total counter\nm_total{a=\"1\"} 50\nm_total{a=\"2\"} 2");
        child.OnExposition("second", () => "# TYPE b gauge\nb 3\n# TYPE z gauge\nz{x=\"y\"} 4\n");
        var conflicts = new List<FamilyConflict>();
        root.ConflictFound += conflicts.Add;

        Assert.Equal(
            """
            # TYPE b gauge
            b 3.0
            # HELP m_total Own.
            # TYPE m_total counter
            m_total{a="1"} 1.0
            m_total{a="2"} 2.0
            # TYPE z gauge
            z 1.0
            z{x="y"} 4.0

            """,
            ExpositionText.Of(root));
        Assert.Equal(1, root.DroppedSamples(ScrapeDropReason.Duplicate));
        Assert.Equal(FamilyConflictKind.Help, Assert.Single(conflicts).Kind);
    }

    [Fact]
    public void Collect_AnotherType_DropsTheLaterFamilyAndCounts()
    {
        var root = new MetricRegistry("root");
        root.Gauge("x", "Own.").Set(1);
        root.OnExposition("text", () => "# TYPE x counter\nx 5\nx{a=\"b\"} 6\n");
        var conflicts = new List<FamilyConflict>();
        root.ConflictFound += conflicts.Add;

        Assert.Equal("# HELP x Own.\n# TYPE x gauge\nx 1.0\n", ExpositionText.Of(root));
        Assert.Equal(2, root.DroppedSamples(ScrapeDropReason.TypeClash));
        Assert.Contains("callback 'text' of 'root'", Assert.Single(conflicts).Dropped, StringComparison.Ordinal);
    }

    [Fact]
    public void Collect_SameSeriesFiftyTimesMore_KeepsTheFirst()
    {
        var root = new MetricRegistry("root");
        root.OnExposition("one", () => string.Concat(Enumerable.Range(0, 50).Select(i => $"x{{i=\"{i}\"}} 1\n")));
        root.OnExposition("two", () => string.Concat(Enumerable.Range(0, 60).Select(i => $"x{{i=\"{i}\"}} 2\n")));

        var lines = ExpositionText.Of(root).Split('\n');

        Assert.Equal(50, lines.Count(l => l.EndsWith("} 1.0", StringComparison.Ordinal)));
        Assert.Equal(10, lines.Count(l => l.EndsWith("} 2.0", StringComparison.Ordinal)));
        Assert.Equal(50, root.DroppedSamples(ScrapeDropReason.Duplicate));
    }

    [Fact]
    public void Collect_CallbackThatThrows_LosesOnlyItself()
    {
        var root = new MetricRegistry("root");
        root.Gauge("g", "G.").Set(1);
        var failures = new List<CallbackFailure>();
        root.CallbackFailed += failures.Add;
        root.CallbackFailed += _ => throw new InvalidOperationException("a handler that throws");
        root.CreateChild("endpoint").OnExposition("broken", () => throw new InvalidOperationException("no text"));
        root.OnExposition("fine", () => "a 1\n");
        root.OnExposition("nothing", () => null);

        Assert.Equal("# TYPE a untyped\na 1.0\n# HELP g G.\n# TYPE g gauge\ng 1.0\n", ExpositionText.Of(root));
        Assert.Equal("'broken' of 'endpoint': exposition_failed: no text", Assert.Single(failures).ToString());
        Assert.Equal(1, root.CallbackFailures(CallbackFailureReason.ExpositionFailed));
    }

    [Fact]
    public void Collect_LinesThatAreNoText_AreLeftOutAndCounted()
    {
        var root = new MetricRegistry("root");
        var failures = new List<CallbackFailure>();
        root.CallbackFailed += failures.Add;
        root.OnExposition("odd", () => "a 1\nthis is {no text\nb 2\n");

        Assert.Equal("# TYPE a untyped\na 1.0\n# TYPE b untyped\nb 2.0\n", ExpositionText.Of(root));
        Assert.Contains("1 lines left out; the first: line 2", Assert.Single(failures).Detail, StringComparison.Ordinal);
        Assert.Equal(1, root.CallbackFailures(CallbackFailureReason.InvalidText));
    }

    [Theory]
    [InlineData(20, 0)]
    [InlineData(0, 2)]
    public void Collect_MoreThanItsLimits_LeavesAllOfItOut(int bytes, int samples)
    {
        var root = new MetricRegistry("root");
        root.OnExposition(
            "large",
            (output, _) =>
            {
                for (var i = 0; i < 100; i++)
                {
                    output.Write(System.Text.Encoding.ASCII.GetBytes($"x{{i=\"{i}\"}} 1\n"));
                }
            },
            ExpositionCallbackOptions.Default with { Limits = ExpositionLimits.None with { BodySize = bytes, Samples = samples } });

        Assert.Equal("", ExpositionText.Of(root));
        Assert.Equal(1, root.CallbackFailures(CallbackFailureReason.TooLarge));
    }

    [Fact]
    public async Task Collect_CallbackThatHangs_WaitsNoLongerThanItsLimitAndIsNotCalledAgain()
    {
        var clock = new FakeClock();
        using var release = new ManualResetEventSlim();
        using var entered = new SemaphoreSlim(0);
        var calls = 0;
        var cancelled = false;
        var root = new MetricRegistry("root");
        root.Gauge("g", "G.").Set(1);
        root.OnExposition(
            "hangs",
            (output, token) =>
            {
                calls++;
                entered.Release();
                release.Wait(TimeSpan.FromSeconds(30), CancellationToken.None);
                cancelled |= token.IsCancellationRequested;
                output.Write("late 1\n"u8);
            },
            ExpositionCallbackOptions.Default with { TimeLimit = TimeSpan.FromSeconds(2), TimeProvider = clock });
        root.OnExposition("fine", () => "a 1\n", ExpositionCallbackOptions.Default with { TimeLimit = TimeSpan.FromMinutes(1) });
        const string WithoutIt = "# TYPE a untyped\na 1.0\n# HELP g G.\n# TYPE g gauge\ng 1.0\n";

        var first = Task.Run(() => ExpositionText.Of(root));
        await entered.WaitAsync();
        Assert.False(first.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(WithoutIt, await first);
        Assert.Equal(1, root.CallbackFailures(CallbackFailureReason.TimedOut));

        // Still in there: not started a second time, not waited for.
        Assert.Equal(WithoutIt, ExpositionText.Of(root));
        Assert.Equal(1, calls);
        Assert.Equal(1, root.CallbackFailures(CallbackFailureReason.StillRunning));

        // It comes back: what it wrote then is too old, the next run is its own.
        release.Set();
        await Eventually.TrueAsync("the callback is called again", () => ExpositionText.Of(root).Contains("late 1.0\n", StringComparison.Ordinal));
        Assert.True(cancelled);
        Assert.Equal(2, calls);
    }

    [Fact]
    public async Task Collect_ScrapesAtTheSameTime_ShareARun()
    {
        using var release = new ManualResetEventSlim();
        using var entered = new SemaphoreSlim(0);
        var calls = 0;
        var root = new MetricRegistry("root");
        root.OnExposition("slow", () =>
        {
            Interlocked.Increment(ref calls);
            entered.Release();
            release.Wait(TimeSpan.FromSeconds(30));
            return "a 1\n";
        }, ExpositionCallbackOptions.Default with { TimeLimit = TimeSpan.FromMinutes(1) });

        var first = Task.Run(() => ExpositionText.Of(root));
        await entered.WaitAsync();
        using var started = new CountdownEvent(1);
        var second = Task.Run(() =>
        {
            started.Signal();
            return ExpositionText.Of(root);
        });
        started.Wait();
        await Eventually.TrueAsync("the second scrape waits", () => !second.IsCompleted);
        release.Set();

        Assert.Equal("# TYPE a untyped\na 1.0\n", await first);
        Assert.Equal("# TYPE a untyped\na 1.0\n", await second);
        Assert.InRange(calls, 1, 2);
    }

    [Fact]
    public void AddSource_Throwing_LosesOnlyItself()
    {
        var root = new MetricRegistry("root");
        root.Gauge("g", "G.").Set(1);
        var other = new MetricRegistry("library");
        other.Gauge("h", "H.").Set(2);
        var broken = new BrokenSource();
        root.AddSource(broken, "broken");
        root.AddSource(other, "library");
        root.AddSource(other, "library, again");

        Assert.Equal("# HELP g G.\n# TYPE g gauge\ng 1.0\n# HELP h H.\n# TYPE h gauge\nh 2.0\n", ExpositionText.Of(root));
        Assert.Equal(1, root.CallbackFailures(CallbackFailureReason.SourceFailed));
        Assert.Equal(0, root.DroppedSamples(ScrapeDropReason.Duplicate));
        Assert.True(root.RemoveSource(other));
        Assert.False(root.RemoveSource(other));
        Assert.Equal("# HELP g G.\n# TYPE g gauge\ng 1.0\n", ExpositionText.Of(root));
    }

    private sealed class BrokenSource : IMetricSource
    {
        public void Collect(MetricSnapshot destination)
        {
            destination.BeginFamily(FamilyHeader.Create("half", MetricType.Gauge, "A family begun and not ended."));
            throw new InvalidOperationException("broken");
        }
    }
}
