using DynamoAspire.Metrics.Registry;

namespace DynamoAspire.Metrics.Components;

/// <summary>What Dynamo's workers of release 0.8 and before about their KV cache declare.</summary>
public static class LegacyWorkerCacheDefinitions
{
    /// <summary>Total number of KV cache blocks available on the worker.</summary>
    public static MetricDefinition KvstatsTotalBlocks { get; } = new("kvstats_total_blocks", MetricKind.GaugeVector, "Total number of KV cache blocks available on the worker", "dp_rank") { Unit = "blocks", Bound = "ranks", Since = "R8" };

    /// <summary>Number of active KV cache blocks currently in use.</summary>
    public static MetricDefinition KvstatsActiveBlocks { get; } = new("kvstats_active_blocks", MetricKind.GaugeVector, "Number of active KV cache blocks currently in use", "dp_rank") { Unit = "blocks", Bound = "ranks", Since = "R8" };

    /// <summary>GPU cache usage as a percentage (0.0-1.0).</summary>
    public static MetricDefinition KvstatsGpuCacheUsagePercent { get; } = new("kvstats_gpu_cache_usage_percent", MetricKind.GaugeVector, "GPU cache usage as a percentage (0.0-1.0)", "dp_rank") { Unit = "0–1", Bound = "ranks", Since = "R8" };

    /// <summary>GPU prefix cache hit rate as a percentage (0.0-1.0).</summary>
    public static MetricDefinition KvstatsGpuPrefixCacheHitRate { get; } = new("kvstats_gpu_prefix_cache_hit_rate", MetricKind.GaugeVector, "GPU prefix cache hit rate as a percentage (0.0-1.0)", "dp_rank") { Unit = "0–1", Bound = "ranks", Since = "R8" };

    /// <summary>All of them.</summary>
    public static MetricTable Table { get; } = new(
        "Dynamo worker: KV cache, release 0.8 and before",
        ComponentMetrics.Prefix,
        ["dynamo_namespace", "dynamo_component", "dynamo_endpoint"],
        [
            KvstatsTotalBlocks,
            KvstatsActiveBlocks,
            KvstatsGpuCacheUsagePercent,
            KvstatsGpuPrefixCacheHitRate,
        ]);
}
