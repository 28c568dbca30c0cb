using DynamoAspire.Metrics.Model;

namespace DynamoAspire.Metrics.Registry;

/// <summary>Counts whole things; only grows. Thread-safe, lock-free, and scales with the threads that add to it. A total beyond 2^53 is printed rounded.</summary>
public sealed class IntCounter : Metric
{
    private readonly Series _series;
    private StripedLong _value;

    internal IntCounter(Series series) => _series = series;

    /// <summary>Total so far.</summary>
    public long Value => _value.Sum;

    internal bool IsStriped => _value.IsStriped;

    /// <summary>Adds one.</summary>
    public void Inc() => _value.Increment();

    /// <summary>Adds a number.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public void Inc(long amount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(amount);
        _value.Add(amount);
    }

    internal override void Fill(MetricSnapshot destination) => destination.Add(_series, _value.Sum);
}
