using System.Collections.Concurrent;
using DynamoAspire.Metrics.Model;

namespace DynamoAspire.MetricsAggregator.Targets;

/// <summary>What all targets share.</summary>
internal sealed partial class TargetContext(TargetMetrics metrics, Options.AggregatorOptions options, TimeProvider time, ILoggerFactory loggers) : IDisposable
{
    private const int MaxSpare = 16;
    private static readonly TimeSpan s_longestTurn = TimeSpan.FromMilliseconds(250);
    private readonly ConcurrentBag<MetricSnapshot> _spare = [];
    private readonly SemaphoreSlim _bodies = new(8);

    /// <summary>Category of the log lines about targets.</summary>
    public const string LogCategory = "DynamoAspire.MetricsAggregator.Targets";

    public TargetMetrics Metrics => metrics;

    public Options.AggregatorOptions Options => options;

    public TimeSpan Timeout => options.TargetTimeout;

    public TimeProvider Time => time;

    public ILogger Logger { get; } = loggers.CreateLogger(LogCategory);

    /// <summary>Held for as long as a merge reads snapshots, and while one is replaced. Never across an await.</summary>
    public Lock PublishGate { get; } = new();

    /// <summary>
    /// Keeps most bodies out of memory at the same time: a target waits a moment for its turn to read, and then reads in any case, so that bodies that trickle in delay nobody by more.
    /// </summary>
    public async ValueTask<BodyTurn> WaitToReadAsync(CancellationToken cancellationToken) => new(await _bodies.WaitAsync(s_longestTurn, cancellationToken) ? _bodies : null);

    /// <summary>An empty snapshot, used before if there is one.</summary>
    public MetricSnapshot TakeSnapshot() => _spare.TryTake(out var spare) ? spare : new MetricSnapshot();

    /// <summary>Takes a snapshot that nobody reads any more.</summary>
    public void GiveBack(MetricSnapshot snapshot)
    {
        snapshot.Clear();
        if (_spare.Count < MaxSpare)
        {
            _spare.Add(snapshot);
        }
    }

    public void Dispose() => _bodies.Dispose();

    public void Fault(Target target, Exception fault) => LogFault(Logger, target.Kind, target.Name, fault);

    [LoggerMessage(EventId = 203, Level = LogLevel.Error, Message = "Collecting target {Kind} of {Target} failed unexpectedly")]
    private static partial void LogFault(ILogger logger, string kind, string target, Exception exception);
}

/// <summary>A turn to read a body; ends when disposed.</summary>
internal readonly struct BodyTurn(SemaphoreSlim? gate) : IDisposable
{
    public void Dispose() => gate?.Release();
}
