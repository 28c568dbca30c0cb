using DynamoAspire.Engines;
using DynamoAspire.Metrics.Components;
using DynamoAspire.Metrics.Registry;

namespace DynamoAspire.KvEventRelay.Telemetry;

/// <summary>All metrics that this service has of its own, in one place: code registers them from here, and the reference is generated from here.</summary>
internal static class RelayMetrics
{
    public static MetricDefinition KvBatchesTotal { get; } = new("dynamo_aspire_kv_batches_total", MetricKind.Counter, "Batches applied, replayed ones included.") { Unit = "batches", Bound = "ranks" };

    public static MetricDefinition KvClearedPublishedTotal { get; } = new("dynamo_aspire_kv_cleared_published_total", MetricKind.Counter, "Times the lane published cleared by itself, because it could not vouch for what routers knew.") { Bound = "ranks" };

    public static MetricDefinition KvConnected { get; } = new("dynamo_aspire_kv_connected", MetricKind.Gauge, "Whether the connection to the engine's events is up.") { Unit = "0 or 1", Bound = "ranks" };

    public static MetricDefinition KvConnectionsTotal { get; } = new("dynamo_aspire_kv_connections_total", MetricKind.Counter, "Connections made to the engine's events, the first included.") { Bound = "ranks" };

    public static MetricDefinition KvDuplicateBatchesTotal { get; } = new("dynamo_aspire_kv_duplicate_batches_total", MetricKind.Counter, "Batches that had been applied already.") { Unit = "batches", Bound = "ranks" };

    public static MetricDefinition KvEpochTimestampSeconds { get; } = new("dynamo_aspire_kv_epoch_timestamp_seconds", MetricKind.Gauge, "When the lane began this life of the engine.") { Unit = "Unix time, s", Bound = "ranks" };

    public static MetricDefinition KvEpochsTotal { get; } = new("dynamo_aspire_kv_epochs_total", MetricKind.CounterVector, "Times the lane began anew, by cause.", "cause") { Bound = "ranks × cause" };

    public static MetricDefinition KvEventLagSeconds { get; } = new("dynamo_aspire_kv_event_lag_seconds", MetricKind.Histogram, "Time from the engine's timestamp of a live batch to its being applied.") { Buckets = [.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60], Unit = "s", Bound = "ranks" };

    public static MetricDefinition KvIndexBlocks { get; } = new("dynamo_aspire_kv_index_blocks", MetricKind.Gauge, "Blocks of the rank in the index.") { Unit = "blocks", Bound = "ranks" };

    public static MetricDefinition KvIndexHeldBlocks { get; } = new("dynamo_aspire_kv_index_held_blocks", MetricKind.Gauge, "Blocks in the index over all ranks.") { Unit = "blocks" };

    public static MetricDefinition KvIndexLookupSeconds { get; } = new("dynamo_aspire_kv_index_lookup_seconds", MetricKind.Histogram, "Time of one look-up in the index, hashing and transport excluded.") { Buckets = HistogramBuckets.SubMillisecond, Unit = "s" };

    public static MetricDefinition KvIndexMemoryBytes { get; } = new("dynamo_aspire_kv_index_memory_bytes", MetricKind.Gauge, "Memory of the index, estimated from its nodes and blocks.") { Unit = "bytes" };

    public static MetricDefinition KvLaneBlocked { get; } = new("dynamo_aspire_kv_lane_blocked", MetricKind.Gauge, "Whether the lane waits for room in an output and does not read the engine.") { Unit = "0 or 1", Bound = "ranks" };

    public static MetricDefinition KvLaneComplete { get; } = new("dynamo_aspire_kv_lane_complete", MetricKind.Gauge, "Whether the lane knows everything the engine holds (1), or only what came since a hole (0).") { Unit = "0 or 1", Bound = "ranks" };

    public static MetricDefinition KvLastEventId { get; } = new("dynamo_aspire_kv_last_event_id", MetricKind.Gauge, "Id of the last event published.") { Unit = "number", Bound = "ranks" };

    public static MetricDefinition KvLastSequence { get; } = new("dynamo_aspire_kv_last_sequence", MetricKind.Gauge, "Sequence of the last batch applied.") { Unit = "number", Bound = "ranks" };

    public static MetricDefinition KvLostBatchesTotal { get; } = new("dynamo_aspire_kv_lost_batches_total", MetricKind.Counter, "Batches that were missing and that no replay gave.") { Unit = "batches", Bound = "ranks" };

    public static MetricDefinition KvMalformedMessagesTotal { get; } = new("dynamo_aspire_kv_malformed_messages_total", MetricKind.Counter, "Messages that were no batch: another number of frames, or a sequence that is not eight bytes long.") { Unit = "messages", Bound = "ranks" };

    public static MetricDefinition KvOversizedMessagesTotal { get; } = new("dynamo_aspire_kv_oversized_messages_total", MetricKind.Counter, "Messages larger than Relay:MaxMessageBytes, dropped.") { Unit = "messages", Bound = "ranks" };

    public static MetricDefinition KvPublishFatesTotal { get; } = new("dynamo_aspire_kv_publish_fates_total", MetricKind.CounterVector, "What became of messages published to JetStream; all but stored and duplicate are published again.", "fate") { Bound = "fate" };

    public static MetricDefinition KvPublishInFlightCapacity { get; } = new("dynamo_aspire_kv_publish_in_flight_capacity", MetricKind.Gauge, "Bound of messages awaiting JetStream's acknowledgement.") { Unit = "entries" };

    public static MetricDefinition KvPublishInFlightMessages { get; } = new("dynamo_aspire_kv_publish_in_flight_messages", MetricKind.Gauge, "Messages awaiting JetStream's acknowledgement, over all lanes.") { Unit = "messages" };

    public static MetricDefinition KvPublishQueueBytes { get; } = new("dynamo_aspire_kv_publish_queue_bytes", MetricKind.Gauge, "Bytes waiting until NATS has stored them.") { Unit = "bytes", Bound = "ranks" };

    public static MetricDefinition KvPublishQueueCapacity { get; } = new("dynamo_aspire_kv_publish_queue_capacity", MetricKind.Gauge, "Bound of messages waiting until NATS has stored them.") { Unit = "entries", Bound = "ranks" };

    public static MetricDefinition KvPublishQueueMessages { get; } = new("dynamo_aspire_kv_publish_queue_messages", MetricKind.Gauge, "Messages waiting until NATS has stored them.") { Unit = "messages", Bound = "ranks" };

    public static MetricDefinition KvReceiveQueueBatches { get; } = new("dynamo_aspire_kv_receive_queue_batches", MetricKind.Gauge, "Batches received and not yet processed.") { Unit = "batches", Bound = "ranks" };

    public static MetricDefinition KvReceiveQueueCapacity { get; } = new("dynamo_aspire_kv_receive_queue_capacity", MetricKind.Gauge, "Bound of batches received and not yet processed; beyond it the ZeroMQ library keeps them up to its own bound.") { Unit = "entries", Bound = "ranks" };

    public static MetricDefinition KvRecoveredBatchesTotal { get; } = new("dynamo_aspire_kv_recovered_batches_total", MetricKind.Counter, "Batches that were missing and came by replay.") { Unit = "batches", Bound = "ranks" };

    public static MetricDefinition KvReplaysTotal { get; } = new("dynamo_aspire_kv_replays_total", MetricKind.CounterVector, "Replays asked of the engine, by result.", "result") { Bound = "ranks × result" };

    public static MetricDefinition KvSequenceGapsTotal { get; } = new("dynamo_aspire_kv_sequence_gaps_total", MetricKind.Counter, "Gaps found in the engine's sequence.") { Bound = "ranks" };

    public static MetricDefinition KvUndecodableBatchesTotal { get; } = new("dynamo_aspire_kv_undecodable_batches_total", MetricKind.CounterVector, "Batches that could not be decoded as a whole, by reason.", "reason") { Unit = "batches", Bound = "ranks × reason" };

    public static MetricTable Components { get; } = new(
        "KvEventRelay",
        ComponentMetrics.Prefix,
        ["dynamo_namespace", "dynamo_component", "dynamo_endpoint"],
        [
            KvPublisherDefinitions.KvCacheEventsApplied,
            KvPublisherDefinitions.KvPublisherEnginesDroppedEventsTotal,
            KvPublisherDefinitions.KvPublisherZmqConversionIssuesTotal,
            KvPublisherDefinitions.KvPublisherZmqEventsTotal,
            KvPublisherDefinitions.KvPublisherZmqFilteredEventsTotal,
            KvPublisherDefinitions.KvPublisherZmqSuspiciousEventsTotal,
        ]);

    /// <summary>Those of one engine's rank; its lane's registry adds the labels.</summary>
    public static MetricTable Lanes { get; } = new(
        "KvEventRelay",
        "",
        [EngineIdentity.DpRankLabel, EngineIdentity.EngineNameLabel, EngineIdentity.ModelNameLabel, EngineIdentity.WorkerIdLabel],
        [
            KvBatchesTotal,
            KvClearedPublishedTotal,
            KvConnected,
            KvConnectionsTotal,
            KvDuplicateBatchesTotal,
            KvEpochTimestampSeconds,
            KvEpochsTotal,
            KvEventLagSeconds,
            KvIndexBlocks,
            KvLaneBlocked,
            KvLaneComplete,
            KvLastEventId,
            KvLastSequence,
            KvLostBatchesTotal,
            KvMalformedMessagesTotal,
            KvOversizedMessagesTotal,
            KvPublishQueueBytes,
            KvPublishQueueCapacity,
            KvPublishQueueMessages,
            KvReceiveQueueBatches,
            KvReceiveQueueCapacity,
            KvRecoveredBatchesTotal,
            KvReplaysTotal,
            KvSequenceGapsTotal,
            KvUndecodableBatchesTotal,
        ]);

    public static MetricTable Table { get; } = new(
        "KvEventRelay",
        "",
        [],
        [
            KvIndexHeldBlocks,
            KvIndexLookupSeconds,
            KvIndexMemoryBytes,
            KvPublishFatesTotal,
            KvPublishInFlightCapacity,
            KvPublishInFlightMessages,
        ]);
}
