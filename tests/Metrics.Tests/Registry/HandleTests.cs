using DynamoAspire.Metrics.Registry;
using DynamoAspire.Testing;

namespace DynamoAspire.Metrics.Tests.Registry;

public sealed class HandleTests
{
    [Fact]
    public void Handles_UpdatedByManyThreads_LoseNothing()
    {
        var registry = new MetricRegistry();
        var whole = registry.Counter("whole_total", "help");
        var fraction = registry.Counter("fraction_total", "help");
        var gauge = registry.Gauge("gauge", "help");
        var histogram = registry.Histogram("histogram", "help", [1, 2]);

        Parallel.For(0, 8, _ =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                whole.Inc();
                fraction.Inc(0.5);
                gauge.Inc(2);
                gauge.Dec();
                histogram.Observe(1.5);
            }
        });

        Assert.Equal(80_000, whole.Value);
        Assert.Equal(40_000, fraction.Value);
        Assert.Equal(80_000, gauge.Value);
        Assert.Equal(80_000, histogram.Count);
        Assert.Equal(120_000, histogram.Sum);
    }

    [Fact]
    public void Updates_Bound_AllocateNothing()
    {
        var registry = new MetricRegistry();
        var counter = registry.CounterVector("c_total", "help", "a").With("x");
        var gauge = registry.Gauge("g", "help");
        var histogram = registry.Histogram("h", "help");
        counter.Inc(0.5);
        gauge.Set(1);
        histogram.Observe(1);

        Assert.Equal(0, Allocations.InSteadyState(() =>
        {
            for (var i = 0; i < 1000; i++)
            {
                counter.Inc();
                counter.Inc(0.5);
                gauge.Set(i);
                histogram.Observe(i);
            }
        }));
    }

    [Fact]
    public void Counter_NegativeOrNaN_Throws()
    {
        var counter = new MetricRegistry().Counter("c_total", "help");

        Assert.Throws<ArgumentOutOfRangeException>(() => counter.Inc(-1L));
        Assert.Throws<ArgumentOutOfRangeException>(() => counter.Inc(-0.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => counter.Inc(double.NaN));
        Assert.Equal(0, counter.Value);
    }

    [Fact]
    public void Gauge_UnsignedBeyondLong_IsClamped()
    {
        var gauge = new MetricRegistry().Gauge("g", "help");
        gauge.Set(ulong.MaxValue);
        Assert.Equal((double)long.MaxValue, gauge.Value);
    }

    [Fact]
    public void Vector_SameValues_GiveTheSameHandle()
    {
        var vector = new MetricRegistry().CounterVector("c_total", "help", "a", "b");

        Assert.Same(vector.With("1", "2"), vector.With("1", "2"));
        Assert.NotSame(vector.With("1", "2"), vector.With("12", ""));
        Assert.NotSame(vector.With("x\u001fy", "z"), vector.With("x", "y\u001fz"));
        Assert.Throws<ArgumentException>(() => vector.With("1"));
    }

    [Fact]
    public void Vector_PastItsBound_CountsUnderOther()
    {
        var registry = new MetricRegistry("service", new MetricRegistryOptions { MaxSeriesPerVector = 2 });
        var vector = registry.CounterVector("c_total", "help", "a");
        foreach (var value in new[] { "1", "2", "3", "4" })
        {
            vector.With(value).Inc();
        }

        Assert.Equal("# HELP c_total help\n# TYPE c_total counter\nc_total{a=\"1\"} 1.0\nc_total{a=\"2\"} 1.0\nc_total{a=\"other\"} 2.0\n", ExpositionText.Of(registry));
    }

    [Fact]
    public void Vector_Removed_IsNotReported()
    {
        var registry = new MetricRegistry();
        var vector = registry.GaugeVector("g", "help", "a");
        vector.With("1").Set(1);
        vector.With("2").Set(2);

        Assert.True(vector.Remove("1"));
        Assert.False(vector.Remove("1"));
        Assert.Equal("# HELP g help\n# TYPE g gauge\ng{a=\"2\"} 2.0\n", ExpositionText.Of(registry));
        vector.Clear();
        Assert.Equal(0, vector.Count);
    }
}
