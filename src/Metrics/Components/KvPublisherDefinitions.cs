using DynamoAspire.Metrics.Registry;

namespace DynamoAspire.Metrics.Components;

/// <summary>What Dynamo's publishers of KV events declare.</summary>
public static class KvPublisherDefinitions
{
    /// <summary>Total number of KV cache events applied to index.</summary>
    public static MetricDefinition KvCacheEventsApplied { get; } = new("kv_cache_events_applied", MetricKind.CounterVector, "Total number of KV cache events applied to index", "event_type", "status") { Unit = "events", Bound = "components × status × event_type" };

    /// <summary>Total number of raw events dropped by engines before reaching publisher (detected via event_id gaps).</summary>
    public static MetricDefinition KvPublisherEnginesDroppedEventsTotal { get; } = new("kv_publisher_engines_dropped_events_total", MetricKind.Counter, "Total number of raw events dropped by engines before reaching publisher (detected via event_id gaps)") { Unit = "events", Bound = "components", Since = "v1" };

    /// <summary>Total number of ZMQ KV events seen by the relay.</summary>
    public static MetricDefinition KvPublisherZmqEventsTotal { get; } = new("kv_publisher_zmq_events_total", MetricKind.CounterVector, "Total number of ZMQ KV events seen by the relay", "stage", "event_type") { Unit = "events", Bound = "components × stage × event_type", Since = "N" };

    /// <summary>Total number of ZMQ KV events left out by the relay because they do not describe a router's prefixes.</summary>
    public static MetricDefinition KvPublisherZmqFilteredEventsTotal { get; } = new("kv_publisher_zmq_filtered_events_total", MetricKind.CounterVector, "Total number of ZMQ KV events left out by the relay because they do not describe a router's prefixes", "event_type", "reason") { Unit = "events", Bound = "components × reason × event_type", Since = "N" };

    /// <summary>Total number of ZMQ KV events that could not be converted, in whole or in part.</summary>
    public static MetricDefinition KvPublisherZmqConversionIssuesTotal { get; } = new("kv_publisher_zmq_conversion_issues_total", MetricKind.CounterVector, "Total number of ZMQ KV events that could not be converted, in whole or in part", "event_type", "reason") { Bound = "components × reason × event_type", Since = "N" };

    /// <summary>Total number of ZMQ KV events that were odd but forwarded.</summary>
    public static MetricDefinition KvPublisherZmqSuspiciousEventsTotal { get; } = new("kv_publisher_zmq_suspicious_events_total", MetricKind.CounterVector, "Total number of ZMQ KV events that were odd but forwarded", "event_type", "reason") { Unit = "events", Bound = "components × reason × event_type", Since = "N" };

    /// <summary>Total number of KV events that the publisher received and, after deduplication and batching, sent.</summary>
    public static MetricDefinition KvPublisherEventsTotal { get; } = new("kv_publisher_events_total", MetricKind.CounterVector, "Total number of KV events that the publisher received and, after deduplication and batching, sent", "stage") { Unit = "events", Bound = "components × 2", Since = "proposed upstream" };

    /// <summary>All of them.</summary>
    public static MetricTable Table { get; } = new(
        "Dynamo worker: KV events",
        ComponentMetrics.Prefix,
        ["dynamo_namespace", "dynamo_component", "dynamo_endpoint"],
        [
            KvCacheEventsApplied,
            KvPublisherEnginesDroppedEventsTotal,
            KvPublisherZmqEventsTotal,
            KvPublisherZmqFilteredEventsTotal,
            KvPublisherZmqConversionIssuesTotal,
            KvPublisherZmqSuspiciousEventsTotal,
            KvPublisherEventsTotal,
        ]);
}
