using DynamoAspire.Metrics.Registry;

namespace DynamoAspire.Metrics.Components;

/// <summary>Gauges of a Dynamo worker of release 0.8 and before about its KV cache.</summary>
/// <remarks>Registers all of them when made; make one per level of the tree. Thread-safe.</remarks>
public sealed class LegacyWorkerCacheMetrics
{
    /// <summary>Registers the metrics.</summary>
    /// <param name="endpoint">Level of the endpoint.</param>
    public LegacyWorkerCacheMetrics(ComponentMetrics endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        var registry = endpoint.Registry;
        KvstatsTotalBlocks = registry.GaugeVector(LegacyWorkerCacheDefinitions.KvstatsTotalBlocks);
        KvstatsActiveBlocks = registry.GaugeVector(LegacyWorkerCacheDefinitions.KvstatsActiveBlocks);
        KvstatsGpuCacheUsagePercent = registry.GaugeVector(LegacyWorkerCacheDefinitions.KvstatsGpuCacheUsagePercent);
        KvstatsGpuPrefixCacheHitRate = registry.GaugeVector(LegacyWorkerCacheDefinitions.KvstatsGpuPrefixCacheHitRate);
    }

    /// <summary>Total number of KV cache blocks available on the worker. By <c>dp_rank</c>.</summary>
    public MetricVector<Gauge> KvstatsTotalBlocks { get; }

    /// <summary>Number of active KV cache blocks currently in use. By <c>dp_rank</c>.</summary>
    public MetricVector<Gauge> KvstatsActiveBlocks { get; }

    /// <summary>GPU cache usage as a percentage (0.0-1.0). By <c>dp_rank</c>.</summary>
    public MetricVector<Gauge> KvstatsGpuCacheUsagePercent { get; }

    /// <summary>GPU prefix cache hit rate as a percentage (0.0-1.0). By <c>dp_rank</c>.</summary>
    public MetricVector<Gauge> KvstatsGpuPrefixCacheHitRate { get; }
}
