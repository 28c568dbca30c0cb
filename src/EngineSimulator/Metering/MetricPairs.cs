using DynamoAspire.Metrics.Multiprocess.Writing;
using DynamoAspire.Metrics.Registry;

namespace DynamoAspire.EngineSimulator.Metering;

/// <summary>A counter in memory and, with a multiprocess directory, in its file: a process in that mode has both.</summary>
internal readonly record struct CounterPair(Counter Memory, MultiprocessCounter? File)
{
    public void Inc(long amount)
    {
        if (amount > 0)
        {
            Memory.Inc(amount);
            File?.Inc(amount);
        }
    }
}

/// <summary>A gauge in memory and in its file.</summary>
internal readonly record struct GaugePair(Gauge Memory, MultiprocessGauge? File)
{
    public void Set(double value)
    {
        Memory.Set(value);
        File?.Set(value);
    }
}

/// <summary>A histogram in memory and in its file.</summary>
internal readonly record struct HistogramPair(Histogram Memory, MultiprocessHistogram? File)
{
    public void Observe(double value)
    {
        Memory.Observe(value);
        File?.Observe(value);
    }
}
