using DynamoAspire.Metrics.Model;

namespace DynamoAspire.Metrics.Registry;

/// <summary>A whole number that goes up and down. Thread-safe and lock-free.</summary>
public sealed class IntGauge : Metric
{
    private readonly Series _series;
    private long _value;

    internal IntGauge(Series series) => _series = series;

    /// <summary>Value of now.</summary>
    public long Value => Volatile.Read(ref _value);

    /// <summary>Sets the value.</summary>
    public void Set(long value) => Volatile.Write(ref _value, value);

    /// <summary>Sets a count; what does not fit a signed 64-bit integer is clamped, as Dynamo's registry does.</summary>
    public void Set(ulong value) => Volatile.Write(ref _value, (long)Math.Min(value, long.MaxValue));

    /// <summary>Adds an amount.</summary>
    public void Inc(long amount = 1) => Interlocked.Add(ref _value, amount);

    /// <summary>Subtracts an amount.</summary>
    public void Dec(long amount = 1) => Interlocked.Add(ref _value, -amount);

    internal override void Fill(MetricSnapshot destination) => destination.Add(_series, Volatile.Read(ref _value));
}
