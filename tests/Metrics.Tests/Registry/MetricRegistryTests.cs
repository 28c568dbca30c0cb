using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Registry;
using DynamoAspire.Metrics.Writing;
using DynamoAspire.Testing;

namespace DynamoAspire.Metrics.Tests.Registry;

public sealed class MetricRegistryTests
{
    [Fact]
    public void Collect_AllKinds_PrintsSortedFamiliesInText()
    {
        var registry = new MetricRegistry();
        registry.Gauge("b", "A \"gauge\"\\\n.").Set(2.5);
        registry.Counter("a_total", "A counter.", ("z", "1"), ("k", "x\"y\\\n")).Inc(3);
        var histogram = registry.Histogram("h_seconds", "A histogram.", [0.5, 1], ("zone", "eu"));
        histogram.Observe(0.5);
        histogram.Observe(0.75);
        histogram.Observe(7);
        registry.GaugeFunction("f", "A function.", () => 4);

        Assert.Equal(
            """
            # HELP a_total A counter.
            # TYPE a_total counter
            a_total{k="x\"y\\\n",z="1"} 3.0
            # HELP b A "gauge"\\\n.
            # TYPE b gauge
            b 2.5
            # HELP f A function.
            # TYPE f gauge
            f 4.0
            # HELP h_seconds A histogram.
            # TYPE h_seconds histogram
            h_seconds_bucket{le="0.5",zone="eu"} 1.0
            h_seconds_bucket{le="1.0",zone="eu"} 2.0
            h_seconds_bucket{le="+Inf",zone="eu"} 3.0
            h_seconds_sum{zone="eu"} 8.25
            h_seconds_count{zone="eu"} 3.0

            """,
            ExpositionText.Of(registry));
    }

    [Fact]
    public void Collect_OpenMetrics_NamesCountersWithoutSuffixAndEnds()
    {
        var registry = new MetricRegistry();
        registry.Counter("a_total", "Says \"a\".").Inc();
        registry.Counter("kvbm_matched_tokens", "Without suffix.").Inc(2);

        Assert.Equal(
            """
            # HELP a Says \"a\".
            # TYPE a counter
            a_total 1.0
            # HELP kvbm_matched_tokens Without suffix.
            # TYPE kvbm_matched_tokens unknown
            kvbm_matched_tokens 2.0
            # EOF

            """,
            ExpositionText.Of(registry, ExpositionFormat.OpenMetrics));
    }

    [Fact]
    public void Register_SameNameTwice_ThrowsWithFamilyAndOwners()
    {
        var root = new MetricRegistry("service");
        root.Counter("x_total", "help");
        var child = root.CreateChild("relay");

        var sameSeries = Assert.Throws<MetricConflictException>(() => child.Counter("x_total", "help"));
        var otherType = Assert.Throws<MetricConflictException>(() => child.Gauge("x", "help"));
        var otherHelp = Assert.Throws<MetricConflictException>(() => child.Counter("x_total", "other", ("a", "b")));

        Assert.Throws<MetricConflictException>(() => child.Gauge("x_total", "help"));
        Assert.Equal(("x", "service", "relay"), (sameSeries.Family, sameSeries.ExistingOwner, sameSeries.NewOwner));
        Assert.Contains("type is Counter there and Gauge here", otherType.Message, StringComparison.Ordinal);
        Assert.Contains("help is \"help\" there", otherHelp.Message, StringComparison.Ordinal);
        Assert.Equal("# HELP x_total help\n# TYPE x_total counter\nx_total 0.0\n", ExpositionText.Of(root));
    }

    [Fact]
    public void Register_SameNameInSiblingsWithDifferentLabels_IsOneFamily()
    {
        var root = new MetricRegistry("service");
        root.CreateChild("a", ("lane", "a")).Counter("x_total", "help").Inc();
        root.CreateChild("b", ("lane", "b")).Counter("x_total", "help").Inc(2);

        Assert.Equal("# HELP x_total help\n# TYPE x_total counter\nx_total{lane=\"a\"} 1.0\nx_total{lane=\"b\"} 2.0\n", ExpositionText.Of(root));
    }

    [Fact]
    public void AddChild_ClashingTree_ThrowsAndChangesNothing()
    {
        var root = new MetricRegistry("service");
        root.Counter("x_total", "help");
        var other = new MetricRegistry("library");
        other.Gauge("fine", "help");
        other.Gauge("x", "help");

        Assert.Throws<MetricConflictException>(() => root.AddChild(other));

        Assert.DoesNotContain("fine", ExpositionText.Of(root), StringComparison.Ordinal);
    }

    [Fact]
    public void RemoveChild_Reported_VanishesAndMayComeBack()
    {
        var root = new MetricRegistry("service");
        var child = root.CreateChild("lane", ("lane", "1"));
        child.Counter("x_total", "help");
        Assert.Contains("x_total", ExpositionText.Of(root), StringComparison.Ordinal);

        Assert.True(root.RemoveChild(child));
        Assert.Equal("", ExpositionText.Of(root));
        root.Gauge("x", "another type");
        Assert.Throws<MetricConflictException>(() => root.AddChild(child));
        Assert.False(root.RemoveChild(child));
    }

    [Fact]
    public void AddChild_Twice_IsReportedOnce()
    {
        var root = new MetricRegistry();
        var child = new MetricRegistry("library");
        child.Counter("x_total", "help");
        root.AddChild(child);
        root.AddChild(child);

        Assert.Equal(1, ExpositionText.Of(root).Split("\nx_total ").Length - 1);
        Assert.Throws<InvalidOperationException>(() => child.AddChild(root));
        Assert.Throws<InvalidOperationException>(() => new MetricRegistry().AddChild(child));
    }

    [Fact]
    public void OnCollect_ThrowingCallback_IsCountedAndTheScrapeGoesOn()
    {
        var root = new MetricRegistry();
        var gauge = root.Gauge("g", "help");
        var seen = new List<CallbackFailure>();
        root.CallbackFailed += seen.Add;
        root.OnCollect(() => throw new InvalidOperationException("broken"));
        root.OnCollect(() => gauge.Set(5));
        root.GaugeFunction("f", "help", () => throw new InvalidOperationException("broken too"));

        Assert.Contains("g 5.0\n", ExpositionText.Of(root), StringComparison.Ordinal);
        Assert.Equal(1, root.CallbackFailures(CallbackFailureReason.UpdateFailed));
        Assert.Equal(1, root.CallbackFailures(CallbackFailureReason.FunctionFailed));
        Assert.Equal(["'update' of 'application': update_failed: broken", "'f' of 'application': function_failed: broken too"], seen.Select(f => f.ToString()));
    }

    [Fact]
    public void Register_BadNamesAndLabels_Throw()
    {
        var registry = new MetricRegistry("service", new MetricRegistryOptions { Labels = [("auto", "1")] });

        Assert.Throws<ArgumentException>(() => registry.Counter("1x", "help"));
        Assert.Throws<ArgumentException>(() => registry.Counter("x", "help", ("a-b", "1")));
        Assert.Throws<ArgumentException>(() => registry.Counter("x", "help", ("__a", "1")));
        Assert.Throws<ArgumentException>(() => registry.Histogram("x", "help", null, ("le", "1")));
        Assert.Throws<ArgumentException>(() => registry.Histogram("x", "help", [1, 1]));
        Assert.Throws<ArgumentException>(() => registry.CounterVector("x", "help"));
        Assert.Contains("cannot be overridden", Assert.Throws<ArgumentException>(() => registry.CounterVector("x", "help", "auto")).Message, StringComparison.Ordinal);
        Assert.Contains("Duplicate label key 'a'", Assert.Throws<ArgumentException>(() => registry.Counter("x", "help", ("a", "1"), ("a", "2"))).Message, StringComparison.Ordinal);
        Assert.Contains("Duplicate label key 'a'", Assert.Throws<ArgumentException>(() => registry.CounterVector("x", "help", "a", "a")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Collect_Warm_AllocatesNothing()
    {
        var registry = new MetricRegistry();
        var vector = registry.CounterVector("x_total", "help", "a");
        for (var i = 0; i < 100; i++)
        {
            vector.With($"v{i}").Inc();
        }

        registry.Histogram("h", "help").Observe(1);
        registry.GaugeFunction("f", "help", () => 1);
        var snapshot = new MetricSnapshot();
        registry.Collect(snapshot);
        var output = new System.Buffers.ArrayBufferWriter<byte>(1 << 20);
        ExpositionWriter.Write(snapshot, ExpositionFormat.Text, output);
        output.ResetWrittenCount();

        Assert.Equal(0, Allocations.InSteadyState(() =>
        {
            for (var i = 0; i < 10; i++)
            {
                registry.Collect(snapshot);
                ExpositionWriter.Write(snapshot, ExpositionFormat.Text, output);
                output.ResetWrittenCount();
            }
        }));
    }
}
