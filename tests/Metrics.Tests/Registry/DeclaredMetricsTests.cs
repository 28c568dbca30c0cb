using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Registry;
using DynamoAspire.Testing;

namespace DynamoAspire.Metrics.Tests.Registry;

public sealed class DeclaredMetricsTests
{
    [Theory]
    [InlineData(MetricKind.Counter, MetricType.Counter)]
    [InlineData(MetricKind.CounterVector, MetricType.Counter)]
    [InlineData(MetricKind.Gauge, MetricType.Gauge)]
    [InlineData(MetricKind.GaugeVector, MetricType.Gauge)]
    [InlineData(MetricKind.Histogram, MetricType.Histogram)]
    [InlineData(MetricKind.HistogramVector, MetricType.Histogram)]
    [InlineData(MetricKind.IntCounter, MetricType.Counter)]
    [InlineData(MetricKind.IntCounterVector, MetricType.Counter)]
    [InlineData(MetricKind.IntGauge, MetricType.Gauge)]
    [InlineData(MetricKind.IntGaugeVector, MetricType.Gauge)]
    public void Create_EveryKind_ChecksLabelsAndBuckets(MetricKind kind, MetricType type)
    {
        var vector = kind.ToString().EndsWith("Vector", StringComparison.Ordinal);
        string[] right = vector ? ["l"] : [];
        string[] wrong = vector ? [] : ["l"];
        var registry = new MetricRegistry();

        Assert.Equal(type, new MetricDefinition("x", kind, "help", right).Type);
        Assert.Contains("variable label names", Assert.Throws<ArgumentException>(() => registry.Create(new MetricDefinition("x", kind, "help", wrong))).Message, StringComparison.Ordinal);
        var buckets = new MetricDefinition("x", kind, "help", right) { Buckets = [1, 2] };
        if (type == MetricType.Histogram)
        {
            registry.Create(buckets);
        }
        else
        {
            Assert.Contains("cannot have buckets", Assert.Throws<ArgumentException>(() => registry.Create(buckets)).Message, StringComparison.Ordinal);
            registry.Create(buckets with { Buckets = null });
        }

        Assert.True(registry.HasMetricNamed("x"));
        Assert.False(registry.HasMetricNamed("y"));
    }

    [Fact]
    public void Create_AsAnotherKind_Throws()
    {
        var registry = new MetricRegistry();
        var definition = new MetricDefinition("x", MetricKind.IntCounter, "help");

        Assert.Contains("declared as IntCounter, not as Counter", Assert.Throws<ArgumentException>(() => registry.Counter(definition)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => registry.Function(new MetricDefinition("h", MetricKind.Histogram, "help"), () => 1));
        registry.Function(definition, () => 4);
        registry.Function(new MetricDefinition("g", MetricKind.Gauge, "help"), () => 5, ("l", "1"));
        Assert.Contains("# TYPE x counter\nx 4.0\n", ExpositionText.Of(registry), StringComparison.Ordinal);
        Assert.Contains("g{l=\"1\"} 5.0\n", ExpositionText.Of(registry), StringComparison.Ordinal);
    }

    [Fact]
    public void IntegerKinds_Updated_AreExactAndClamped()
    {
        var registry = new MetricRegistry();
        var counter = registry.IntCounter("c_total", "help");
        var gauge = registry.IntGaugeVector("g", "help", "l").With("1");
        counter.Inc();
        counter.Inc((1L << 53) + 1);
        gauge.Inc(5);
        gauge.Dec(7);

        Assert.Equal((1L << 53) + 2, counter.Value);
        Assert.Equal(-2, gauge.Value);
        Assert.Throws<ArgumentOutOfRangeException>(() => counter.Inc(-1));
        gauge.Set(ulong.MaxValue);
        Assert.Equal(long.MaxValue, gauge.Value);
        gauge.Set(-3L);
        Assert.Equal(-3, gauge.Value);
        registry.IntCounterVector("v_total", "help", "l").With("1").Inc();
        Assert.Contains("v_total{l=\"1\"} 1.0\n", ExpositionText.Of(registry), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("dynamo_namespace")]
    [InlineData("dynamo_component")]
    [InlineData("dynamo_endpoint")]
    public void ComponentLevels_AutoLabels_CannotBeUsedAtAnyLevel(string label)
    {
        var runtime = ComponentMetrics.Runtime();
        foreach (var level in new[] { runtime, runtime.Namespace("n"), runtime.Namespace("n").Component("c"), runtime.Namespace("n").Component("c").Endpoint("e") })
        {
            var error = Assert.Throws<ArgumentException>(() => level.Registry.Counter("x", "help", (label, "1")));
            Assert.Contains($"Label '{label}' is automatically added", error.Message, StringComparison.Ordinal);
            Assert.Contains("(cannot be overridden)", error.Message, StringComparison.Ordinal);
            Assert.Throws<ArgumentException>(() => level.Registry.GaugeVector("x", "help", label));
        }
    }

    [Fact]
    public void Counter_ContendedByThreads_StripesAndLosesNothing()
    {
        const int Threads = 4;
        const int PerThread = 300_000;
        var counter = new MetricRegistry().IntCounter("c_total", "help");
        for (var attempt = 1; attempt <= 20; attempt++)
        {
            using var barrier = new Barrier(Threads);
            var lowest = 0L;
            var falls = 0;
            var threads = Enumerable.Range(0, Threads).Select(t => new Thread(() =>
            {
                barrier.SignalAndWait();
                for (var i = 0; i < PerThread; i++)
                {
                    counter.Inc();
                    if (t == 0 && i % 1000 == 0)
                    {
                        var value = counter.Value;
                        falls += value < lowest ? 1 : 0;
                        lowest = value;
                    }
                }

                counter.Inc(3);
            })).ToArray();
            Array.ForEach(threads, t => t.Start());
            Array.ForEach(threads, t => t.Join());

            Assert.Equal((long)attempt * Threads * (PerThread + 3), counter.Value);
            Assert.Equal(0, falls);
            if (counter.IsStriped)
            {
                return;
            }
        }

        Assert.True(Environment.ProcessorCount == 1, "Four threads never collided in one cell.");
    }

    [Fact]
    public void Counter_OfOneThread_StaysOneCell()
    {
        var counter = new MetricRegistry().IntCounter("c_total", "help");
        Assert.Equal(0, Allocations.InSteadyState(() =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                counter.Inc();
                counter.Inc(2);
            }
        }));
        Assert.False(counter.IsStriped);
        Assert.Equal(0, counter.Value % 30_000);
    }
}
