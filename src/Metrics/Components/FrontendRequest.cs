namespace DynamoAspire.Metrics.Components;

/// <summary>One request on its way through a frontend. Dispose of it when it has ended; not thread-safe.</summary>
public sealed class FrontendRequest : IDisposable
{
    private readonly FrontendMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly string _model;
    private readonly string _endpoint;
    private readonly string _type;
    private readonly long _started;
    private RequestErrorType _error = RequestErrorType.Internal;
    private bool _ended;

    internal FrontendRequest(FrontendMetrics metrics, string model, string endpoint, string type, TimeProvider time)
    {
        (_metrics, _model, _endpoint, _type, _time) = (metrics, model, endpoint, type, time);
        _started = time.GetTimestamp();
        metrics.RequestsStartedTotal.With(model, endpoint, type).Inc();
        metrics.InflightRequests.With(model).Inc();
        metrics.ActiveRequests.With(model).Inc();
    }

    /// <summary>It was answered.</summary>
    public void Succeed() => _error = RequestErrorType.None;

    /// <summary>It failed for a reason; without one it counts as internal.</summary>
    public void Fail(RequestErrorType error) => _error = error == RequestErrorType.None ? RequestErrorType.Internal : error;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_ended)
        {
            return;
        }

        _ended = true;
        _metrics.InflightRequests.With(_model).Dec();
        _metrics.ActiveRequests.With(_model).Dec();
        _metrics.RequestDurationSeconds.With(_model).Observe(_time.GetElapsedTime(_started));
        _metrics.RequestsTotal.With(_model, _endpoint, _type, _error == RequestErrorType.None ? "success" : "error", RequestErrorTypes.Label(_error)).Inc();
    }
}
