using DynamoAspire.Metrics.Registry;

namespace DynamoAspire.Metrics.Components;

/// <summary>What Dynamo's work handlers, one per endpoint, declare.</summary>
public static class WorkHandlerDefinitions
{
    /// <summary>Total number of requests processed by work handler.</summary>
    public static MetricDefinition RequestsTotal { get; } = new("requests_total", MetricKind.IntCounter, "Total number of requests processed by work handler") { Unit = "requests", Bound = "endpoints" };

    /// <summary>Total number of bytes received in requests by work handler.</summary>
    public static MetricDefinition RequestBytesTotal { get; } = new("request_bytes_total", MetricKind.IntCounter, "Total number of bytes received in requests by work handler") { Unit = "bytes", Bound = "endpoints" };

    /// <summary>Total number of bytes sent in responses by work handler.</summary>
    public static MetricDefinition ResponseBytesTotal { get; } = new("response_bytes_total", MetricKind.IntCounter, "Total number of bytes sent in responses by work handler") { Unit = "bytes", Bound = "endpoints" };

    /// <summary>Number of requests currently being processed by work handler.</summary>
    public static MetricDefinition InflightRequests { get; } = new("inflight_requests", MetricKind.IntGauge, "Number of requests currently being processed by work handler") { Unit = "requests", Bound = "endpoints" };

    /// <summary>Time spent processing requests by work handler.</summary>
    public static MetricDefinition RequestDurationSeconds { get; } = new("request_duration_seconds", MetricKind.Histogram, "Time spent processing requests by work handler") { Unit = "s", Bound = "endpoints" };

    /// <summary>Total number of errors in work handler processing.</summary>
    public static MetricDefinition ErrorsTotal { get; } = new("errors_total", MetricKind.IntCounterVector, "Total number of errors in work handler processing", "error_type") { Bound = "endpoints × 6" };

    /// <summary>Total number of requests cancelled by work handler.</summary>
    public static MetricDefinition CancellationTotal { get; } = new("cancellation_total", MetricKind.IntCounter, "Total number of requests cancelled by work handler") { Unit = "requests", Bound = "endpoints", Since = "v1" };

    /// <summary>Time from the sending of a request to its arrival at the work handler.</summary>
    public static MetricDefinition NetworkTransitSeconds { get; } = new("network_transit_seconds", MetricKind.Histogram, "Time from the sending of a request to its arrival at the work handler") { Unit = "s", Bound = "endpoints", Since = "N" };

    /// <summary>Time from the arrival of a request to its first response.</summary>
    public static MetricDefinition TimeToFirstResponseSeconds { get; } = new("time_to_first_response_seconds", MetricKind.Histogram, "Time from the arrival of a request to its first response") { Unit = "s", Bound = "endpoints", Since = "N" };

    /// <summary>All of them.</summary>
    public static MetricTable Table { get; } = new(
        "Dynamo worker: work handler",
        ComponentMetrics.Prefix,
        ["dynamo_namespace", "dynamo_component", "dynamo_endpoint"],
        [
            RequestsTotal,
            RequestBytesTotal,
            ResponseBytesTotal,
            InflightRequests,
            RequestDurationSeconds,
            ErrorsTotal,
            CancellationTotal,
            NetworkTransitSeconds,
            TimeToFirstResponseSeconds,
        ]);
}
