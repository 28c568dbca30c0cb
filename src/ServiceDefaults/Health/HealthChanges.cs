using System.Collections.Concurrent;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace DynamoAspire.ServiceDefaults.Health;

/// <summary>
/// Logs a check's state when it changes. The framework's own log writes a line at each probe of a check that is not well: with a probe every two
/// seconds it would bury what happened.
/// </summary>
internal sealed partial class HealthChanges(ILogger<HealthChanges> logger)
{
    /// <summary>Category of the framework's log that this one replaces.</summary>
    public const string FrameworkCategory = "Microsoft.Extensions.Diagnostics.HealthChecks.DefaultHealthCheckService";

    // Bounded by the number of checks of the process.
    private readonly ConcurrentDictionary<string, HealthStatus> _last = new(StringComparer.Ordinal);

    public void Observe(HealthReport report)
    {
        foreach (var (name, entry) in report.Entries)
        {
            // Before its first probe a check counts as well: a start without trouble is no news.
            var last = _last.GetOrAdd(name, HealthStatus.Healthy);
            // Of two probes at the same time that see one change, the one that replaces the state tells of it.
            if (last != entry.Status && _last.TryUpdate(name, entry.Status, last))
            {
                Tell(name, entry);
            }
        }
    }

    private void Tell(string name, HealthReportEntry entry)
    {
        if (entry.Status == HealthStatus.Healthy)
        {
            LogWell(name);
        }
        else
        {
            LogNotWell(entry.Exception, name, entry.Status, entry.Description ?? "no reason given");
        }
    }

    [LoggerMessage(EventId = 40, Level = LogLevel.Warning, Message = "Health check {Check} is {Status}: {Reason}")]
    private partial void LogNotWell(Exception? exception, string check, HealthStatus status, string reason);

    [LoggerMessage(EventId = 41, Level = LogLevel.Information, Message = "Health check {Check} is healthy again")]
    private partial void LogWell(string check);
}
