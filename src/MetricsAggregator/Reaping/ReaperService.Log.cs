namespace DynamoAspire.MetricsAggregator.Reaping;

/// <summary>Event ids 240 to 249.</summary>
internal sealed partial class ReaperService
{
    [LoggerMessage(EventId = 240, Level = LogLevel.Information, Message = "Cleared the directory of {Target} of dead processes: {Folded} files folded, {Removed} live gauges removed, {Bytes} bytes freed ({Path}) {Detail}")]
    private static partial void LogDone(ILogger logger, string target, string path, int folded, int removed, long bytes, string detail);

    [LoggerMessage(EventId = 241, Level = LogLevel.Information, Message = "A dry run in the directory of {Target}: {Folded} files would be folded, {Removed} live gauges removed, {Bytes} bytes freed ({Path}). Set Aggregator:Reaper:DryRun to false to do it")]
    private static partial void LogWould(ILogger logger, string target, string path, int folded, int removed, long bytes);

    [LoggerMessage(EventId = 242, Level = LogLevel.Warning, Message = "The directory of {Target} could not be cleared of dead processes ({Path}): {Problem}")]
    private static partial void LogFailed(ILogger logger, string target, string path, string problem);
}
