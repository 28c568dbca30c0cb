using DynamoAspire.Metrics.Registry;

namespace DynamoAspire.Metrics.Components;

/// <summary>What Dynamo's runtimes, one per process, declare.</summary>
public static class RuntimeDefinitions
{
    /// <summary>Total uptime of the DistributedRuntime in seconds.</summary>
    public static MetricDefinition UptimeSeconds { get; } = new("uptime_seconds", MetricKind.Gauge, "Total uptime of the DistributedRuntime in seconds") { Unit = "s" };

    /// <summary>Total number of bytes received by the NATS client.</summary>
    public static MetricDefinition NatsClientInTotalBytes { get; } = new("nats_client_in_total_bytes", MetricKind.IntGauge, "Total number of bytes received by the NATS client") { Unit = "bytes" };

    /// <summary>Total number of bytes sent by the NATS client.</summary>
    public static MetricDefinition NatsClientOutOverheadBytes { get; } = new("nats_client_out_overhead_bytes", MetricKind.IntGauge, "Total number of bytes sent by the NATS client") { Unit = "bytes" };

    /// <summary>Total number of messages received by the NATS client.</summary>
    public static MetricDefinition NatsClientInMessages { get; } = new("nats_client_in_messages", MetricKind.IntGauge, "Total number of messages received by the NATS client") { Unit = "messages" };

    /// <summary>Total number of messages sent by the NATS client.</summary>
    public static MetricDefinition NatsClientOutMessages { get; } = new("nats_client_out_messages", MetricKind.IntGauge, "Total number of messages sent by the NATS client") { Unit = "messages" };

    /// <summary>Current number of active connections of the NATS client.</summary>
    public static MetricDefinition NatsClientCurrentConnections { get; } = new("nats_client_current_connections", MetricKind.IntGauge, "Current number of active connections of the NATS client") { Unit = "connections" };

    /// <summary>Connection state of the NATS client (0 = disconnected, 1 = connected, 2 = reconnecting).</summary>
    public static MetricDefinition NatsClientConnectionState { get; } = new("nats_client_connection_state", MetricKind.IntGauge, "Connection state of the NATS client (0 = disconnected, 1 = connected, 2 = reconnecting)") { Unit = "state" };

    /// <summary>All of them.</summary>
    public static MetricTable Table { get; } = new(
        "Dynamo runtime",
        ComponentMetrics.Prefix,
        [],
        [
            UptimeSeconds,
            NatsClientInTotalBytes,
            NatsClientOutOverheadBytes,
            NatsClientInMessages,
            NatsClientOutMessages,
            NatsClientCurrentConnections,
            NatsClientConnectionState,
        ]);
}
