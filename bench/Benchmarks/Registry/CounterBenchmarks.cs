using BenchmarkDotNet.Attributes;
using DynamoAspire.Metrics.Registry;

namespace DynamoAspire.Benchmarks.Registry;

/// <summary>One op = one increment of a pre-bound counter, beside a bare interlocked increment.</summary>
[MemoryDiagnoser]
public class CounterBenchmarks
{
    private readonly Counter _counter = new MetricRegistry().Counter("bench_total", "Increments.");
    private long _bare;

    /// <summary>The least that a counter shared by threads can cost.</summary>
    [Benchmark(Baseline = true)]
    public long Bare() => Interlocked.Increment(ref _bare);

    /// <summary>Ours.</summary>
    [Benchmark]
    public void Inc() => _counter.Inc();
}
