using DynamoAspire.Metrics.Model;

namespace DynamoAspire.ServiceDefaults.Telemetry;

/// <summary>
/// What .NET's and our own meters have measured, as metric families: the seam between the two ways of running OpenTelemetry.
/// Names are those of its Prometheus exporter: <c>my.requests</c> with unit <c>{request}</c> is <c>my_requests_total</c>, <c>my.lat</c> with unit <c>s</c>
/// is <c>my_lat_seconds</c>; no scope labels, no <c>target_info</c>. One collection at a time.
/// </summary>
internal interface ITelemetryMetrics
{
    /// <summary>Name of the adapter.</summary>
    string Adapter { get; }

    /// <summary>Clears the snapshot and fills it with the state of now.</summary>
    ValueTask CollectAsync(MetricSnapshot destination, CancellationToken cancellationToken);
}
