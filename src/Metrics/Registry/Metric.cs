using DynamoAspire.Metrics.Model;

namespace DynamoAspire.Metrics.Registry;

/// <summary>A handle bound to one label set. Handles are made once and kept; updating them is lock-free and allocates nothing.</summary>
public abstract class Metric
{
    private protected Metric()
    {
    }

    /// <summary>Adds the samples of now to the family begun last.</summary>
    internal abstract void Fill(MetricSnapshot destination);
}
