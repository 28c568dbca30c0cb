using DynamoAspire.Metrics.Registry;

namespace DynamoAspire.Metrics.Components;

/// <summary>Gauges of a Dynamo worker about its KV cache, under upstream's names.</summary>
/// <remarks>Registers all of them when made; make one per level of the tree. Thread-safe.</remarks>
public sealed class WorkerCacheMetrics
{
    /// <summary>Registers the metrics.</summary>
    /// <param name="endpoint">Level of the endpoint.</param>
    public WorkerCacheMetrics(ComponentMetrics endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        var registry = endpoint.Registry;
        TotalBlocks = registry.GaugeVector(WorkerCacheDefinitions.TotalBlocks);
        GpuCacheUsagePercent = registry.GaugeVector(WorkerCacheDefinitions.GpuCacheUsagePercent);
        ModelLoadTimeSeconds = registry.GaugeVector(WorkerCacheDefinitions.ModelLoadTimeSeconds);
    }

    /// <summary>Total number of KV cache blocks available on the worker. By <c>dp_rank</c>, <c>model</c>, <c>model_name</c>.</summary>
    public MetricVector<Gauge> TotalBlocks { get; }

    /// <summary>GPU cache usage as a percentage (0.0-1.0). By <c>dp_rank</c>, <c>model</c>, <c>model_name</c>.</summary>
    public MetricVector<Gauge> GpuCacheUsagePercent { get; }

    /// <summary>Time that loading the model took. By <c>model</c>.</summary>
    public MetricVector<Gauge> ModelLoadTimeSeconds { get; }
}
