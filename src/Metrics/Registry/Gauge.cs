using DynamoAspire.Metrics.Model;

namespace DynamoAspire.Metrics.Registry;

/// <summary>Goes up and down. Thread-safe and lock-free.</summary>
public sealed class Gauge : Metric
{
    private readonly Series _series;
    private AtomicDouble _value;

    internal Gauge(Series series) => _series = series;

    /// <summary>Value of now.</summary>
    public double Value => _value.Value;

    /// <summary>Sets the value.</summary>
    public void Set(double value) => _value.Value = value;

    /// <summary>Sets a count; what does not fit a signed 64-bit integer is clamped, as Dynamo's registry does.</summary>
    public void Set(ulong value) => _value.Value = Math.Min(value, long.MaxValue);

    /// <summary>Adds an amount.</summary>
    public void Inc(double amount = 1) => _value.Add(amount);

    /// <summary>Subtracts an amount.</summary>
    public void Dec(double amount = 1) => _value.Add(-amount);

    internal override void Fill(MetricSnapshot destination) => destination.Add(_series, Value);
}
