using DynamoAspire.Metrics.Registry;

namespace DynamoAspire.Metrics.Components;

/// <summary>What Dynamo's workers about their KV cache declare.</summary>
public static class WorkerCacheDefinitions
{
    /// <summary>Total number of KV cache blocks available on the worker.</summary>
    public static MetricDefinition TotalBlocks { get; } = new("total_blocks", MetricKind.GaugeVector, "Total number of KV cache blocks available on the worker", "dp_rank", "model", "model_name") { Unit = "blocks", Bound = "ranks" };

    /// <summary>GPU cache usage as a percentage (0.0-1.0).</summary>
    public static MetricDefinition GpuCacheUsagePercent { get; } = new("gpu_cache_usage_percent", MetricKind.GaugeVector, "GPU cache usage as a percentage (0.0-1.0)", "dp_rank", "model", "model_name") { Unit = "0–1", Bound = "ranks" };

    /// <summary>Time that loading the model took.</summary>
    public static MetricDefinition ModelLoadTimeSeconds { get; } = new("model_load_time_seconds", MetricKind.GaugeVector, "Time that loading the model took", "model") { Unit = "s", Bound = "models" };

    /// <summary>All of them.</summary>
    public static MetricTable Table { get; } = new(
        "Dynamo worker: KV cache",
        ComponentMetrics.Prefix,
        ["dynamo_namespace", "dynamo_component", "dynamo_endpoint"],
        [
            TotalBlocks,
            GpuCacheUsagePercent,
            ModelLoadTimeSeconds,
        ]);
}
