using System.Collections.Concurrent;
using DynamoAspire.Metrics.Model;

namespace DynamoAspire.MetricsAggregator.Targets;

/// <summary>What all targets share.</summary>
internal sealed partial class TargetContext(TargetMetrics metrics, Options.AggregatorOptions options, TimeProvider time, ILoggerFactory loggers) : IDisposable
{
    private const int MaxSpare = 16;
    private static readonly TimeSpan s_longestTurn = TimeSpan.FromMilliseconds(250);

    // A compaction stops everything for some tens of milliseconds per 100 MiB: worth it for this much, and not often.
    private const long WorthCompacting = 8 * 1024 * 1024;
    private static readonly TimeSpan s_compactingPause = TimeSpan.FromMinutes(1);
    private readonly ConcurrentBag<MetricSnapshot> _spare = [];
    private long _released;
    private long? _compacted;
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

    /// <summary>Notes that a target holds so much less than before.</summary>
    public void Released(long bytes) => Interlocked.Add(ref _released, bytes);

    /// <summary>
    /// Gives memory back to the system once targets have let go of much of it. Series live for days and scrapes leave next to no garbage, so that the collector would not look at the old
    /// part of the heap for hours, and what learning thousands of series has left there would stay.
    /// </summary>
    public void CompactIfWorthIt()
    {
        var released = Volatile.Read(ref _released);
        if (released < WorthCompacting || (_compacted is { } last && time.GetElapsedTime(last) < s_compactingPause) || Interlocked.CompareExchange(ref _released, 0, released) != released)
        {
            return;
        }

        _compacted = time.GetTimestamp();
        ThreadPool.UnsafeQueueUserWorkItem(static _ => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true), null);
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
