using DynamoAspire.Metrics.Registry;

namespace DynamoAspire.Metrics.Components;

/// <summary>Counters of a publisher of KV events, under upstream's names.</summary>
/// <remarks>Registers all of them when made; make one per level of the tree. Thread-safe.</remarks>
public sealed class KvPublisherCounters
{
    /// <summary>Registers the metrics.</summary>
    /// <param name="endpoint">Level of the endpoint.</param>
    public KvPublisherCounters(ComponentMetrics endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        var registry = endpoint.Registry;
        KvCacheEventsApplied = registry.CounterVector(KvPublisherDefinitions.KvCacheEventsApplied);
        KvPublisherEnginesDroppedEventsTotal = registry.Counter(KvPublisherDefinitions.KvPublisherEnginesDroppedEventsTotal);
        KvPublisherZmqEventsTotal = registry.CounterVector(KvPublisherDefinitions.KvPublisherZmqEventsTotal);
        KvPublisherZmqFilteredEventsTotal = registry.CounterVector(KvPublisherDefinitions.KvPublisherZmqFilteredEventsTotal);
        KvPublisherZmqConversionIssuesTotal = registry.CounterVector(KvPublisherDefinitions.KvPublisherZmqConversionIssuesTotal);
        KvPublisherZmqSuspiciousEventsTotal = registry.CounterVector(KvPublisherDefinitions.KvPublisherZmqSuspiciousEventsTotal);
        KvPublisherEventsTotal = registry.CounterVector(KvPublisherDefinitions.KvPublisherEventsTotal);
    }

    /// <summary>Total number of KV cache events applied to index. By <c>event_type</c>, <c>status</c>.</summary>
    public MetricVector<Counter> KvCacheEventsApplied { get; }

    /// <summary>Total number of raw events dropped by engines before reaching publisher (detected via event_id gaps).</summary>
    public Counter KvPublisherEnginesDroppedEventsTotal { get; }

    /// <summary>Total number of ZMQ KV events seen by the relay. By <c>stage</c>, <c>event_type</c>.</summary>
    public MetricVector<Counter> KvPublisherZmqEventsTotal { get; }

    /// <summary>Total number of ZMQ KV events left out by the relay because they do not describe a router's prefixes. By <c>event_type</c>, <c>reason</c>.</summary>
    public MetricVector<Counter> KvPublisherZmqFilteredEventsTotal { get; }

    /// <summary>Total number of ZMQ KV events that could not be converted, in whole or in part. By <c>event_type</c>, <c>reason</c>.</summary>
    public MetricVector<Counter> KvPublisherZmqConversionIssuesTotal { get; }

    /// <summary>Total number of ZMQ KV events that were odd but forwarded. By <c>event_type</c>, <c>reason</c>.</summary>
    public MetricVector<Counter> KvPublisherZmqSuspiciousEventsTotal { get; }

    /// <summary>Total number of KV events that the publisher received and, after deduplication and batching, sent. By <c>stage</c>.</summary>
    public MetricVector<Counter> KvPublisherEventsTotal { get; }
}
