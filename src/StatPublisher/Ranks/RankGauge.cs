using DynamoAspire.Metrics.Registry;

namespace DynamoAspire.StatPublisher.Ranks;

/// <summary>A gauge that is reported only between its first value and its removal. Guarded by the lock of its rank.</summary>
internal sealed class RankGauge(MetricVector<Gauge> vector, string[] labels)
{
    private Gauge? _gauge;

    /// <summary>Sets the value.</summary>
    public void Set(double value) => (_gauge ??= vector.With(labels)).Set(value);

    /// <summary>Takes the series out of what is reported.</summary>
    public void Remove()
    {
        if (_gauge is not null)
        {
            vector.Remove(labels);
            _gauge = null;
        }
    }
}
