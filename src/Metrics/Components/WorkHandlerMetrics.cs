using DynamoAspire.Metrics.Registry;

namespace DynamoAspire.Metrics.Components;

/// <summary>Metrics of Dynamo's work handler, one per endpoint, under upstream's names.</summary>
/// <remarks>Registers all of them when made; make one per level of the tree. Thread-safe.</remarks>
public sealed class WorkHandlerMetrics
{
    private readonly IntCounter[] _errors;

    /// <summary>Registers the metrics.</summary>
    /// <param name="endpoint">Level of the endpoint.</param>
    public WorkHandlerMetrics(ComponentMetrics endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        var registry = endpoint.Registry;
        RequestsTotal = registry.IntCounter(WorkHandlerDefinitions.RequestsTotal);
        RequestBytesTotal = registry.IntCounter(WorkHandlerDefinitions.RequestBytesTotal);
        ResponseBytesTotal = registry.IntCounter(WorkHandlerDefinitions.ResponseBytesTotal);
        InflightRequests = registry.IntGauge(WorkHandlerDefinitions.InflightRequests);
        RequestDurationSeconds = registry.Histogram(WorkHandlerDefinitions.RequestDurationSeconds);
        ErrorsTotal = registry.IntCounterVector(WorkHandlerDefinitions.ErrorsTotal);
        CancellationTotal = registry.IntCounter(WorkHandlerDefinitions.CancellationTotal);
        NetworkTransitSeconds = registry.Histogram(WorkHandlerDefinitions.NetworkTransitSeconds);
        TimeToFirstResponseSeconds = registry.Histogram(WorkHandlerDefinitions.TimeToFirstResponseSeconds);
        _errors = [.. Enum.GetValues<WorkErrorType>().Select(e => ErrorsTotal.With(WorkErrorTypes.Label(e)))];
    }

    /// <summary>Total number of requests processed by work handler.</summary>
    public IntCounter RequestsTotal { get; }

    /// <summary>Total number of bytes received in requests by work handler.</summary>
    public IntCounter RequestBytesTotal { get; }

    /// <summary>Total number of bytes sent in responses by work handler.</summary>
    public IntCounter ResponseBytesTotal { get; }

    /// <summary>Number of requests currently being processed by work handler.</summary>
    public IntGauge InflightRequests { get; }

    /// <summary>Time spent processing requests by work handler.</summary>
    public Histogram RequestDurationSeconds { get; }

    /// <summary>Total number of errors in work handler processing. By <c>error_type</c>.</summary>
    public MetricVector<IntCounter> ErrorsTotal { get; }

    /// <summary>Total number of requests cancelled by work handler.</summary>
    public IntCounter CancellationTotal { get; }

    /// <summary>Time from the sending of a request to its arrival at the work handler.</summary>
    public Histogram NetworkTransitSeconds { get; }

    /// <summary>Time from the arrival of a request to its first response.</summary>
    public Histogram TimeToFirstResponseSeconds { get; }

    /// <summary>Counts a failure; the series of all types are there at 0 from the start.</summary>
    public void Error(WorkErrorType type) => _errors[(int)type].Inc();
}
