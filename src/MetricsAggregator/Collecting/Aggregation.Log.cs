using DynamoAspire.Metrics.Model;

namespace DynamoAspire.MetricsAggregator.Collecting;

/// <summary>Event ids 200 to 209.</summary>
internal sealed partial class Aggregation
{
    [LoggerMessage(EventId = 200, Level = LogLevel.Warning, Message = "Target {Kind} of {Target} is down: {Detail} ({Address})")]
    private static partial void LogTargetDown(ILogger logger, string kind, string target, string detail, string address);

    [LoggerMessage(EventId = 201, Level = LogLevel.Information, Message = "Target {Kind} of {Target} is up again")]
    private static partial void LogTargetUp(ILogger logger, string kind, string target);

    [LoggerMessage(EventId = 202, Level = LogLevel.Warning, Message = "Conflict among {Among}: {Conflict}")]
    private static partial void LogConflict(ILogger logger, string among, FamilyConflict conflict);

    [LoggerMessage(EventId = 204, Level = LogLevel.Error, Message = "All of {Source}, and perhaps of others, is left out: more than {Limit} series. Drop what nobody needs (MetricRelabel, ExcludePrefixes), or raise Aggregator:MaxSeries")]
    private static partial void LogTooManySeries(ILogger logger, string source, int limit);
}
