using DynamoAspire.Metrics.Registry;

namespace DynamoAspire.Metrics.Components;

/// <summary>What Dynamo's KV block managers declare.</summary>
public static class KvbmDefinitions
{
    /// <summary>The number of offload blocks from device to host.</summary>
    public static MetricDefinition OffloadBlocksD2h { get; } = new("offload_blocks_d2h", MetricKind.IntCounter, "The number of offload blocks from device to host") { Unit = "blocks" };

    /// <summary>The number of offload blocks from host to disk.</summary>
    public static MetricDefinition OffloadBlocksH2d { get; } = new("offload_blocks_h2d", MetricKind.IntCounter, "The number of offload blocks from host to disk") { Unit = "blocks" };

    /// <summary>The number of offload blocks from device to disk (bypassing host memory).</summary>
    public static MetricDefinition OffloadBlocksD2d { get; } = new("offload_blocks_d2d", MetricKind.IntCounter, "The number of offload blocks from device to disk (bypassing host memory)") { Unit = "blocks" };

    /// <summary>The number of onboard blocks from host to device.</summary>
    public static MetricDefinition OnboardBlocksH2d { get; } = new("onboard_blocks_h2d", MetricKind.IntCounter, "The number of onboard blocks from host to device") { Unit = "blocks" };

    /// <summary>The number of onboard blocks from disk to device.</summary>
    public static MetricDefinition OnboardBlocksD2d { get; } = new("onboard_blocks_d2d", MetricKind.IntCounter, "The number of onboard blocks from disk to device") { Unit = "blocks" };

    /// <summary>The number of matched tokens.</summary>
    public static MetricDefinition MatchedTokens { get; } = new("matched_tokens", MetricKind.IntCounter, "The number of matched tokens") { Unit = "tokens" };

    /// <summary>Host cache hit rate (0.0-1.0) from the sliding window.</summary>
    public static MetricDefinition HostCacheHitRate { get; } = new("host_cache_hit_rate", MetricKind.Gauge, "Host cache hit rate (0.0-1.0) from the sliding window") { Unit = "0–1" };

    /// <summary>Disk cache hit rate (0.0-1.0) from the sliding window.</summary>
    public static MetricDefinition DiskCacheHitRate { get; } = new("disk_cache_hit_rate", MetricKind.Gauge, "Disk cache hit rate (0.0-1.0) from the sliding window") { Unit = "0–1" };

    /// <summary>The number of offload blocks from device to object storage.</summary>
    public static MetricDefinition OffloadBlocksD2o { get; } = new("offload_blocks_d2o", MetricKind.IntCounter, "The number of offload blocks from device to object storage") { Unit = "blocks", Since = "N" };

    /// <summary>The number of onboard blocks from object storage to device.</summary>
    public static MetricDefinition OnboardBlocksO2d { get; } = new("onboard_blocks_o2d", MetricKind.IntCounter, "The number of onboard blocks from object storage to device") { Unit = "blocks", Since = "N" };

    /// <summary>Object storage cache hit rate (0.0-1.0) from the sliding window.</summary>
    public static MetricDefinition ObjectCacheHitRate { get; } = new("object_cache_hit_rate", MetricKind.Gauge, "Object storage cache hit rate (0.0-1.0) from the sliding window") { Unit = "0–1", Since = "N" };

    /// <summary>The number of failed object storage reads.</summary>
    public static MetricDefinition ObjectReadFailures { get; } = new("object_read_failures", MetricKind.IntCounter, "The number of failed object storage reads") { Since = "N" };

    /// <summary>The number of failed object storage writes.</summary>
    public static MetricDefinition ObjectWriteFailures { get; } = new("object_write_failures", MetricKind.IntCounter, "The number of failed object storage writes") { Since = "N" };

    /// <summary>The number of bytes offloaded to object storage.</summary>
    public static MetricDefinition OffloadBytesObject { get; } = new("offload_bytes_object", MetricKind.IntCounter, "The number of bytes offloaded to object storage") { Unit = "bytes", Since = "N" };

    /// <summary>The number of bytes onboarded from object storage.</summary>
    public static MetricDefinition OnboardBytesObject { get; } = new("onboard_bytes_object", MetricKind.IntCounter, "The number of bytes onboarded from object storage") { Unit = "bytes", Since = "N" };

    /// <summary>All of them.</summary>
    public static MetricTable Table { get; } = new(
        "Dynamo KV block manager",
        KvbmOptions.DefaultPrefix + "_",
        [],
        [
            OffloadBlocksD2h,
            OffloadBlocksH2d,
            OffloadBlocksD2d,
            OnboardBlocksH2d,
            OnboardBlocksD2d,
            MatchedTokens,
            HostCacheHitRate,
            DiskCacheHitRate,
            OffloadBlocksD2o,
            OnboardBlocksO2d,
            ObjectCacheHitRate,
            ObjectReadFailures,
            ObjectWriteFailures,
            OffloadBytesObject,
            OnboardBytesObject,
        ]);
}
