namespace DynamoAspire.MetricsAggregator.Targets;

/// <summary>What all targets share.</summary>
internal sealed partial class TargetContext(TargetMetrics metrics, Options.AggregatorOptions options, TimeProvider time, ILoggerFactory loggers)
{
    /// <summary>Category of the log lines about targets.</summary>
    public const string LogCategory = "DynamoAspire.MetricsAggregator.Targets";

    public TargetMetrics Metrics => metrics;

    public Options.AggregatorOptions Options => options;

    public TimeSpan Timeout => options.TargetTimeout;

    public TimeProvider Time => time;

    public ILogger Logger { get; } = loggers.CreateLogger(LogCategory);

    /// <summary>Held for as long as a merge reads snapshots, and while one is replaced. Never across an await.</summary>
    public Lock PublishGate { get; } = new();

    public void Fault(Target target, Exception fault) => LogFault(Logger, target.Kind, target.Name, fault);

    [LoggerMessage(EventId = 203, Level = LogLevel.Error, Message = "Collecting target {Kind} of {Target} failed unexpectedly")]
    private static partial void LogFault(ILogger logger, string kind, string target, Exception exception);
}
