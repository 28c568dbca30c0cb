using DynamoAspire.Engines;
using DynamoAspire.Metrics.Components;
using DynamoAspire.Metrics.Registry;

namespace DynamoAspire.StatPublisher;

/// <summary>All metrics that this service has of its own, in one place: code registers them from here, and the reference is generated from here.</summary>
internal static class StatPublisherMetrics
{
    public static MetricDefinition EngineState { get; } = new("dynamo_aspire_engine_state", MetricKind.GaugeVector, "State of an engine as its health tells: 1 for the current one, 0 for the others.", EngineIdentity.EngineNameLabel, EngineIdentity.ModelNameLabel, EngineIdentity.WorkerIdLabel, "state") { Unit = "state", Bound = "engines × state" };

    public static MetricDefinition LoadMessagesTotal { get; } = new("dynamo_aspire_load_messages_total", MetricKind.CounterVector, "Load and withdrawal messages, by what the connection said.", "result") { Unit = "messages", Bound = "result" };

    public static MetricDefinition LoadWithdrawalsTotal { get; } = new("dynamo_aspire_load_withdrawals_total", MetricKind.CounterVector, "Ranks whose load was withdrawn, by reason.", "reason") { Bound = "reason" };

    public static MetricDefinition StatIgnoredFieldsTotal { get; } = new("dynamo_aspire_stat_ignored_fields_total", MetricKind.Counter, "Fields of stat records that held something else than documented and were taken as not reported.");

    public static MetricDefinition StatLastRecordTimestampSeconds { get; } = new("dynamo_aspire_stat_last_record_timestamp_seconds", MetricKind.GaugeVector, "When the last stat record of the rank was received, as Unix time.", EngineIdentity.DpRankLabel, EngineIdentity.EngineNameLabel, EngineIdentity.ModelNameLabel, EngineIdentity.WorkerIdLabel) { Unit = "Unix time, s", Bound = "ranks" };

    public static MetricDefinition StatOddUsageTotal { get; } = new("dynamo_aspire_stat_odd_usage_total", MetricKind.CounterVector, "Cache usages outside 0 to 1 (clamped) or not a number (ignored).", "reason") { Bound = "reason" };

    public static MetricDefinition StatOversizedTotal { get; } = new("dynamo_aspire_stat_oversized_total", MetricKind.Counter, "Messages dropped because they were larger than a stat record may be, or had several frames.");

    public static MetricDefinition StatPrefixCacheHitRatio { get; } = new("dynamo_aspire_stat_prefix_cache_hit_ratio", MetricKind.GaugeVector, "Share of the tokens looked up in the prefix cache that were found, since the sender started.", EngineIdentity.DpRankLabel, EngineIdentity.EngineNameLabel, EngineIdentity.ModelNameLabel, EngineIdentity.WorkerIdLabel) { Unit = "0–1", Bound = "ranks" };

    public static MetricDefinition StatQueueCapacity { get; } = new("dynamo_aspire_stat_queue_capacity", MetricKind.Gauge, "Bound of the queue of stat records.") { Unit = "entries" };

    public static MetricDefinition StatQueueDepth { get; } = new("dynamo_aspire_stat_queue_depth", MetricKind.Gauge, "Stat records received and not yet read.") { Unit = "entries" };

    public static MetricDefinition StatRecordsTotal { get; } = new("dynamo_aspire_stat_records_total", MetricKind.CounterVector, "Stat records received, by what became of them.", "result") { Unit = "records", Bound = "result" };

    public static MetricDefinition StatRunningRequests { get; } = new("dynamo_aspire_stat_running_requests", MetricKind.GaugeVector, "Requests running, as the rank last reported.", EngineIdentity.DpRankLabel, EngineIdentity.EngineNameLabel, EngineIdentity.ModelNameLabel, EngineIdentity.WorkerIdLabel) { Unit = "requests", Bound = "ranks" };

    public static MetricDefinition StatWaitingRequests { get; } = new("dynamo_aspire_stat_waiting_requests", MetricKind.GaugeVector, "Requests waiting, as the rank last reported.", EngineIdentity.DpRankLabel, EngineIdentity.EngineNameLabel, EngineIdentity.ModelNameLabel, EngineIdentity.WorkerIdLabel) { Unit = "requests", Bound = "ranks" };

    public static MetricDefinition TotalBlocks { get; } = OfRank(WorkerCacheDefinitions.TotalBlocks);

    public static MetricDefinition GpuCacheUsagePercent { get; } = OfRank(WorkerCacheDefinitions.GpuCacheUsagePercent);

    public static MetricTable Components { get; } = new(
        "StatPublisher",
        ComponentMetrics.Prefix,
        ["dynamo_namespace", "dynamo_component", "dynamo_endpoint"],
        [
            GpuCacheUsagePercent,
            TotalBlocks,
        ]);

    public static MetricTable Table { get; } = new(
        "StatPublisher",
        "",
        [],
        [
            EngineState,
            LoadMessagesTotal,
            LoadWithdrawalsTotal,
            StatIgnoredFieldsTotal,
            StatLastRecordTimestampSeconds,
            StatOddUsageTotal,
            StatOversizedTotal,
            StatPrefixCacheHitRatio,
            StatQueueCapacity,
            StatQueueDepth,
            StatRecordsTotal,
            StatRunningRequests,
            StatWaitingRequests,
        ]);

    /// <summary>Several engines are behind one publisher: their ranks are told apart by further labels.</summary>
    private static MetricDefinition OfRank(MetricDefinition definition) =>
        definition with { Labels = [EngineIdentity.DpRankLabel, EngineIdentity.EngineNameLabel, "model", EngineIdentity.ModelNameLabel, EngineIdentity.WorkerIdLabel] };
}
