using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Registry;
using DynamoAspire.MetricsAggregator.Collecting;
using DynamoAspire.MetricsAggregator.Targets;
using DynamoAspire.ServiceDefaults.Hosting;

namespace DynamoAspire.MetricsAggregator.Otlp;

/// <summary>
/// Sends the metrics of all sources over OTLP at an interval. It collects as a scrape does and never holds anything a scrape needs; one export at a time, and while a receiver is slow the
/// ticks in between are left out.
/// </summary>
internal sealed partial class OtlpExporter : SupervisedService
{
    /// <summary>A request is ended once it is this long: receivers refuse more than 4 MiB over gRPC.</summary>
    private const int MaxRequestBytes = 2 * 1024 * 1024;

    private static readonly string[] s_failures = ["timeout", "connect", "unavailable", "refused"];
    private readonly OtlpSettings _settings;
    private readonly string _endpoint;
    private readonly Aggregation _aggregation;
    private readonly OtlpEncoder _encoder;
    private readonly OtlpSender _sender;
    private readonly ILogger<OtlpExporter> _logger;
    private readonly LogThrottle _throttle;
    private readonly MetricSnapshot _snapshot = new();
    private readonly MetricVector<Counter> _requests;
    private readonly MetricVector<Counter> _points;
    private readonly Histogram _duration;

    public OtlpExporter(OtlpSettings settings, Aggregation aggregation, MetricRegistry registry, Supervision supervision, ILogger<OtlpExporter> logger)
        : base("otlp-exporter", supervision)
    {
        _settings = settings;
        _endpoint = settings.Endpoint.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
        _aggregation = aggregation;
        _encoder = new OtlpEncoder(settings.Resource, ServiceDefaults.Exposition.BuildInformation.Version, MaxRequestBytes);
        _sender = new OtlpSender(settings, supervision.Time);
        _logger = logger;
        _throttle = new LogThrottle(supervision.Time);
        _requests = registry.CounterVector(AggregatorMetrics.OtlpRequestsTotal);
        _points = registry.CounterVector(AggregatorMetrics.OtlpPointsTotal);
        _duration = registry.Histogram(AggregatorMetrics.OtlpExportDurationSeconds);
        foreach (var result in (string[])["sent", .. s_failures])
        {
            _requests.With(result);
            _points.With(result);
        }

        _points.With("rejected");
    }

    public override void Dispose()
    {
        base.Dispose();
        _sender.Dispose();
    }

    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        LogStarted(_logger, _endpoint, _settings.Interval.TotalSeconds);
        using var timer = new PeriodicTimer(_settings.Interval, Time);
        do
        {
            await ExportAsync(stoppingToken);
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task ExportAsync(CancellationToken stoppingToken)
    {
        var started = Time.GetTimestamp();
        await _aggregation.RunForExportAsync(_snapshot, stoppingToken);
        var requests = _encoder.Encode(_snapshot, Time.GetUtcNow());
        _snapshot.Clear();

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        limit.CancelAfter(_settings.Timeout);
        foreach (var request in requests)
        {
            var outcome = await _sender.SendAsync(request.Body, limit.Token);
            stoppingToken.ThrowIfCancellationRequested();
            Count(request, outcome);
        }

        _duration.Observe(Time.GetElapsedTime(started));
    }

    private void Count(OtlpRequest request, OtlpOutcome outcome)
    {
        var result = outcome.Succeeded ? "sent" : outcome.Failure;
        var rejected = Math.Min(outcome.Rejected, request.Points);
        _requests.With(result).Inc();
        _points.With(result).Inc(request.Points - rejected);
        _points.With("rejected").Inc(rejected);
        if (!outcome.Succeeded && _throttle.Pass(outcome.Failure))
        {
            LogFailed(_logger, request.Points, _endpoint, outcome.Detail);
        }
    }

    [LoggerMessage(EventId = 230, Level = LogLevel.Information, Message = "Metrics of all sources are sent to {Endpoint} every {Seconds} s")]
    private static partial void LogStarted(ILogger logger, string endpoint, double seconds);

    [LoggerMessage(EventId = 231, Level = LogLevel.Warning, Message = "{Points} data points could not be sent to {Endpoint}: {Problem}")]
    private static partial void LogFailed(ILogger logger, int points, string endpoint, string problem);
}
