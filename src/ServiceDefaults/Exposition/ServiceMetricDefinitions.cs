using DynamoAspire.Metrics.Registry;

namespace DynamoAspire.ServiceDefaults.Exposition;

/// <summary>All metrics that every service has of its own, in one place: code registers them from here, and the reference is generated from here.</summary>
internal static class ServiceMetricDefinitions
{
    public static MetricDefinition BuildInfo { get; } = new("dynamo_aspire_build_info", MetricKind.Gauge, "Which build of the service runs; always 1.") { FixedLabels = ["service", "version", "revision", "profile"], Unit = "1" };

    public static MetricDefinition CallbackFailuresTotal { get; } = new("dynamo_aspire_callback_failures_total", MetricKind.Counter, "Failures of code that brings metrics up to date or adds to them; the scrape went on without it.") { FixedLabels = ["reason"], Bound = "reason" };

    public static MetricDefinition NatsConnectionState { get; } = new("dynamo_aspire_nats_connection_state", MetricKind.Gauge, "State of the NATS connection: 0 disconnected, 1 connected, 2 reconnecting.") { Unit = "state" };

    public static MetricDefinition NatsConnectsTotal { get; } = new("dynamo_aspire_nats_connects_total", MetricKind.Counter, "Connections made to NATS, the first included.");

    public static MetricDefinition NatsDisconnectsTotal { get; } = new("dynamo_aspire_nats_disconnects_total", MetricKind.Counter, "Connections to NATS lost.");

    public static MetricDefinition NatsDroppedMessagesTotal { get; } = new("dynamo_aspire_nats_dropped_messages_total", MetricKind.Counter, "Messages received from NATS and dropped because a subscription's queue was full.") { Unit = "messages" };

    public static MetricDefinition NatsErrorsTotal { get; } = new("dynamo_aspire_nats_errors_total", MetricKind.Counter, "Asynchronous errors that the NATS server or client reported.");

    public static MetricDefinition NatsPublishFailuresTotal { get; } = new("dynamo_aspire_nats_publish_failures_total", MetricKind.Counter, "Publishes that the NATS client refused, for whatever reason.");

    public static MetricDefinition NatsPublishedBytesTotal { get; } = new("dynamo_aspire_nats_published_bytes_total", MetricKind.Counter, "Payload bytes published to NATS.") { Unit = "bytes" };

    public static MetricDefinition NatsPublishedMessagesTotal { get; } = new("dynamo_aspire_nats_published_messages_total", MetricKind.Counter, "Messages published to NATS.") { Unit = "messages" };

    public static MetricDefinition NatsReceivedBytesTotal { get; } = new("dynamo_aspire_nats_received_bytes_total", MetricKind.Counter, "Payload bytes received from NATS.") { Unit = "bytes" };

    public static MetricDefinition NatsReceivedMessagesTotal { get; } = new("dynamo_aspire_nats_received_messages_total", MetricKind.Counter, "Messages received from NATS.") { Unit = "messages" };

    public static MetricDefinition OwnMetricClashesTotal { get; } = new("dynamo_aspire_own_metric_clashes_total", MetricKind.Counter, "Families that a meter and the registry describe differently; counted per scrape.");

    public static MetricDefinition OwnTelemetryFailuresTotal { get; } = new("dynamo_aspire_own_telemetry_failures_total", MetricKind.Counter, "Scrapes that went on without what OpenTelemetry's meters have, because reading it failed.");

    public static MetricDefinition WorkerFailuresTotal { get; } = new("dynamo_aspire_worker_failures_total", MetricKind.CounterVector, "Exceptions that ended a run of a background worker; it is run again.", "worker") { Bound = "background workers, < 10, and one per lane of the relay" };

    public static MetricTable Table { get; } = new(
        "Every service",
        "",
        [],
        [
            BuildInfo,
            CallbackFailuresTotal,
            NatsConnectionState,
            NatsConnectsTotal,
            NatsDisconnectsTotal,
            NatsDroppedMessagesTotal,
            NatsErrorsTotal,
            NatsPublishFailuresTotal,
            NatsPublishedBytesTotal,
            NatsPublishedMessagesTotal,
            NatsReceivedBytesTotal,
            NatsReceivedMessagesTotal,
            OwnMetricClashesTotal,
            OwnTelemetryFailuresTotal,
            WorkerFailuresTotal,
        ]);
}
