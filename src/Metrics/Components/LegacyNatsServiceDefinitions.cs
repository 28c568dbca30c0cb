using DynamoAspire.Metrics.Registry;

namespace DynamoAspire.Metrics.Components;

/// <summary>What Dynamo's runtimes of release 0.7 and before about their NATS services declare.</summary>
public static class LegacyNatsServiceDefinitions
{
    /// <summary>Total number of connections the NATS client has made.</summary>
    public static MetricDefinition NatsClientConnects { get; } = new("nats_client_connects", MetricKind.IntGauge, "Total number of connections the NATS client has made") { Since = "0.7 and before" };

    /// <summary>Total number of requests handled by the NATS service.</summary>
    public static MetricDefinition NatsServiceRequestsTotal { get; } = new("nats_service_requests_total", MetricKind.IntGauge, "Total number of requests handled by the NATS service") { Unit = "requests", Bound = "services", Since = "0.7 and before" };

    /// <summary>Total number of errors of the NATS service.</summary>
    public static MetricDefinition NatsServiceErrorsTotal { get; } = new("nats_service_errors_total", MetricKind.IntGauge, "Total number of errors of the NATS service") { Bound = "services", Since = "0.7 and before" };

    /// <summary>Average processing time of the NATS service in milliseconds.</summary>
    public static MetricDefinition NatsServiceProcessingMsAvg { get; } = new("nats_service_processing_ms_avg", MetricKind.Gauge, "Average processing time of the NATS service in milliseconds") { Unit = "ms", Bound = "services", Since = "0.7 and before" };

    /// <summary>Total processing time of the NATS service in milliseconds.</summary>
    public static MetricDefinition NatsServiceProcessingMsTotal { get; } = new("nats_service_processing_ms_total", MetricKind.IntGauge, "Total processing time of the NATS service in milliseconds") { Unit = "ms", Bound = "services", Since = "0.7 and before" };

    /// <summary>Number of active NATS services.</summary>
    public static MetricDefinition NatsServiceActiveServices { get; } = new("nats_service_active_services", MetricKind.IntGauge, "Number of active NATS services") { Unit = "services", Bound = "services", Since = "0.7 and before" };

    /// <summary>Number of active endpoints of the NATS service.</summary>
    public static MetricDefinition NatsServiceActiveEndpoints { get; } = new("nats_service_active_endpoints", MetricKind.IntGauge, "Number of active endpoints of the NATS service") { Unit = "endpoints", Bound = "services", Since = "0.7 and before" };

    /// <summary>All of them.</summary>
    public static MetricTable Table { get; } = new(
        "Dynamo runtime, release 0.7 and before",
        ComponentMetrics.Prefix,
        [],
        [
            NatsClientConnects,
            NatsServiceRequestsTotal,
            NatsServiceErrorsTotal,
            NatsServiceProcessingMsAvg,
            NatsServiceProcessingMsTotal,
            NatsServiceActiveServices,
            NatsServiceActiveEndpoints,
        ]);
}
