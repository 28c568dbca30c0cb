using DynamoAspire.Metrics.Model;

namespace DynamoAspire.Metrics.Registry;

/// <summary>Only grows. Thread-safe and lock-free; whole numbers scale with the threads that add them.</summary>
public sealed class Counter : Metric
{
    private readonly Series _series;
    private StripedLong _whole;
    private AtomicDouble _fraction;

    internal Counter(Series series) => _series = series;

    /// <summary>Total so far.</summary>
    public double Value => _whole.Sum + _fraction.Value;

    /// <summary>Adds one.</summary>
    public void Inc() => _whole.Increment();

    /// <summary>Adds a whole number.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public void Inc(long amount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(amount);
        _whole.Add(amount);
    }

    /// <summary>Adds a number.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative or not a number.</exception>
    public void Inc(double amount)
    {
        if (!(amount >= 0))
        {
            throw new ArgumentOutOfRangeException(nameof(amount), amount, "A counter only grows.");
        }

        _fraction.Add(amount);
    }

    internal override void Fill(MetricSnapshot destination) => destination.Add(_series, Value);
}
