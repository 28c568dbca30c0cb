namespace DynamoAspire.Metrics.Model;

/// <summary>Something that can report families.</summary>
public interface IMetricSource
{
    /// <summary>Clears the snapshot and fills it with the state of now.</summary>
    void Collect(MetricSnapshot destination);
}
