using DynamoAspire.Metrics.Merging;
using DynamoAspire.Metrics.Model;

namespace DynamoAspire.MetricsAggregator.Targets;

/// <summary>One place that metrics of an engine come from. Collected by one collection at a time.</summary>
internal abstract class Target
{
    protected Target(string name, string kind, string address, MergeSource source, TargetMeters meters)
    {
        Name = name;
        Kind = kind;
        Address = address;
        Source = source;
        Meters = meters;
    }

    /// <summary>Name of the engine.</summary>
    public string Name { get; }

    /// <summary><c>scrape</c> or <c>files</c>.</summary>
    public string Kind { get; }

    /// <summary>URL without credentials, or path; for people.</summary>
    public string Address { get; }

    /// <summary>Who the snapshot is of, for the merge.</summary>
    public MergeSource Source { get; }

    /// <summary>How the last collection went.</summary>
    public TargetResult Last { get; private set; } = TargetResult.NotYet;

    /// <summary>What the last collection gave; only to be read while <see cref="TargetResult.Up"/>, and not during a collection.</summary>
    public MetricSnapshot Snapshot { get; protected set; } = new();

    /// <summary>Families that parts of this target describe differently; of the last collection.</summary>
    public virtual IReadOnlyList<FamilyConflict> Conflicts => [];

    protected TargetMeters Meters { get; }

    /// <summary>Collects. Never throws but for cancellation of the whole collection; what goes wrong is in the result.</summary>
    public async Task CollectAsync(TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var outcome = await TryCollectAsync(timeout, cancellationToken);
        var result = outcome with { Duration = time.GetElapsedTime(started), At = time.GetUtcNow() };
        if (!result.Up)
        {
            // What a target that is gone said last is not what is.
            result = result with { Samples = 0 };
        }

        Meters.Record(result);
        Last = result;
    }

    /// <summary>Notes that collecting ended with an exception nobody foresaw.</summary>
    public void Fail(Exception fault, TimeProvider time)
    {
        Last = new TargetResult(false, "fault", $"an error nobody foresaw: {fault.Message}") { At = time.GetUtcNow() };
        Meters.Record(Last);
    }

    protected abstract Task<TargetResult> TryCollectAsync(TimeSpan timeout, CancellationToken cancellationToken);
}
