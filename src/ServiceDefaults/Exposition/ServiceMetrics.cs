using System.Collections.Concurrent;
using DynamoAspire.Metrics.Merging;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Registry;
using DynamoAspire.ServiceDefaults.Telemetry;
using Microsoft.Extensions.Logging;

namespace DynamoAspire.ServiceDefaults.Exposition;

/// <summary>Everything this service has to say of itself: its registry and what OpenTelemetry's meters have collected, as one set of families. Thread-safe.</summary>
public sealed partial class ServiceMetrics
{
    private static readonly MergeSource s_registrySource = new("registry", "service");
    private static readonly MergeSource s_meterSource = new("meters", "service");

    private readonly ConcurrentBag<Work> _free = [];
    private readonly ConcurrentDictionary<string, bool> _told = new(StringComparer.Ordinal);
    private readonly MetricRegistry _registry;
    private readonly ITelemetryMetrics _telemetry;
    private readonly ILogger<ServiceMetrics> _logger;
    private readonly Counter _clashes;
    private readonly Counter _telemetryFailures;

    internal ServiceMetrics(MetricRegistry registry, ITelemetryMetrics telemetry, ILogger<ServiceMetrics> logger)
    {
        _registry = registry;
        _telemetry = telemetry;
        _logger = logger;
        _clashes = registry.Counter(ServiceMetricDefinitions.OwnMetricClashesTotal);
        _telemetryFailures = registry.Counter(ServiceMetricDefinitions.OwnTelemetryFailuresTotal);
        foreach (var reason in CallbackFailureReasons.All)
        {
            registry.Function(ServiceMetricDefinitions.CallbackFailuresTotal, () => registry.CallbackFailures(reason), ("reason", reason.Name()));
        }

        registry.CallbackFailed += failure =>
        {
            if (_told.TryAdd($"{failure.Owner} {failure.Callback} {failure.Reason}", true))
            {
                LogCallbackFailed(_logger, failure.Error, failure);
            }
        };
    }

    /// <summary>Clears the snapshot and fills it with the state of now. Any number of collections may run at once, each with its own snapshot.</summary>
    public async ValueTask CollectAsync(MetricSnapshot destination, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(destination);
        var work = _free.TryTake(out var free) ? free : new Work();
        try
        {
            await CollectTelemetryAsync(work.Meters, cancellationToken);
            _registry.Collect(work.Registry);
            work.Merge.Clear();
            work.Merge.Add(work.Registry, s_registrySource);
            work.Merge.Add(work.Meters, s_meterSource);
            work.Merge.Build(destination);
            foreach (var conflict in work.Merge.Conflicts)
            {
                _clashes.Inc();
                if (_told.TryAdd(conflict.Family, true))
                {
                    LogClash(_logger, conflict.Family, conflict.Kind, conflict.Kept, conflict.Dropped);
                }
            }
        }
        finally
        {
            _free.Add(work);
        }
    }

    private async ValueTask CollectTelemetryAsync(MetricSnapshot destination, CancellationToken cancellationToken)
    {
        try
        {
            await _telemetry.CollectAsync(destination, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // What the service counts itself is worth more than all meters of libraries: it is served without them, and says so.
            destination.Clear();
            _telemetryFailures.Inc();
            if (_told.TryAdd(e.Message, true))
            {
                LogTelemetryFailed(_logger, e);
            }
        }
    }

    [LoggerMessage(EventId = 32, Level = LogLevel.Warning, Message = "OpenTelemetry's meters could not be read; metrics are served without them. Told once per reason")]
    private static partial void LogTelemetryFailed(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 30, Level = LogLevel.Warning, Message = "Metric {Family}: {Kind} differs; {Kept} is reported, {Dropped} is not. Told once per metric")]
    private static partial void LogClash(ILogger logger, string family, FamilyConflictKind kind, string kept, string dropped);

    [LoggerMessage(EventId = 31, Level = LogLevel.Warning, Message = "Metrics of {Failure}; the scrape goes on without them. Told once per cause")]
    private static partial void LogCallbackFailed(ILogger logger, Exception? exception, CallbackFailure failure);

    private sealed class Work
    {
        public MetricSnapshot Registry { get; } = new();

        public MetricSnapshot Meters { get; } = new();

        public FamilyMerge Merge { get; } = new();
    }
}
