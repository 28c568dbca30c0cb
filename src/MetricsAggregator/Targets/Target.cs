using DynamoAspire.Metrics.Merging;
using DynamoAspire.Metrics.Model;

namespace DynamoAspire.MetricsAggregator.Targets;

/// <summary>
/// One place that metrics come from. Collecting it fills a snapshot that nobody sees; when that is whole, it takes the place of the last one under the lock that all targets share,
/// so that whoever merges under that lock sees whole snapshots only. Thread-safe.
/// </summary>
internal abstract class Target
{
    private static readonly MetricSnapshot s_nothing = new();
    private readonly TargetContext _context;
    private readonly Lock _gate = new();
    private Task? _running;
    private MetricSnapshot? _working;
    private long _started;
    private bool _everStarted;
    private volatile bool _collecting;

    protected Target(TargetContext context, string name, string job, string kind, string address, MergeSource source)
    {
        _context = context;
        Name = name;
        Job = job;
        Kind = kind;
        Address = address;
        Source = source;
        Meters = context.Metrics.Of(name, kind);
    }

    /// <summary>Name of the engine, or of the group and the instance; unique among targets of a kind.</summary>
    public string Name { get; }

    /// <summary>Name of the engine or of the group.</summary>
    public string Job { get; }

    /// <summary><c>scrape</c>, <c>files</c> or <c>push</c>.</summary>
    public string Kind { get; }

    /// <summary>URL without credentials, or path; for people.</summary>
    public string Address { get; }

    /// <summary>Who the snapshot is of, for the merge.</summary>
    public MergeSource Source { get; }

    /// <summary>Labels that the target's series get.</summary>
    public virtual IReadOnlyList<(string Name, string Value)> Labels => [];

    /// <summary>Labels before relabeling, for people.</summary>
    public virtual IReadOnlyList<(string Name, string Value)> DiscoveredLabels => [];

    /// <summary>It is collected no more often than this.</summary>
    public virtual TimeSpan Interval => TimeSpan.Zero;

    /// <summary>How long collecting may take.</summary>
    public virtual TimeSpan Timeout => _context.Timeout;

    /// <summary>How the last collection went. To be read under the publishing lock where it must fit the snapshot.</summary>
    public TargetResult Last { get; private set; } = TargetResult.NotYet;

    /// <summary>What the last collection gave, if it is up. To be read under the publishing lock only.</summary>
    public MetricSnapshot Snapshot { get; private set; } = s_nothing;

    /// <summary>Whether a collection is under way that has not been published. It ends under the publishing lock only.</summary>
    public bool IsCollecting => _collecting;

    /// <summary>Families that parts of this target describe differently; of the last collection.</summary>
    public IReadOnlyList<FamilyConflict> Conflicts { get; private set; } = [];

    protected TargetMeters Meters { get; }

    protected TimeProvider Time => _context.Time;

    /// <summary>What the collection under way fills. Taken from the snapshots that targets have given back when it is first asked for: most targets wait, and a spare for each would be waste.</summary>
    protected MetricSnapshot Working => _working ??= _context.TakeSnapshot();

    /// <summary>Collects, joins a collection that is under way, or does nothing if the last one is recent enough. Never throws; what goes wrong is in <see cref="Last"/>.</summary>
    public Task CollectAsync()
    {
        lock (_gate)
        {
            if (_running is { IsCompleted: false })
            {
                return _running;
            }

            // Who scrapes us at the same interval comes a little early now and then.
            var slack = TimeSpan.FromTicks(Math.Min(Interval.Ticks / 10, TimeSpan.TicksPerSecond));
            if (_everStarted && Interval > TimeSpan.Zero && Time.GetElapsedTime(_started) < Interval - slack)
            {
                return Task.CompletedTask;
            }

            _everStarted = true;
            _started = Time.GetTimestamp();
            _collecting = true;
            return _running = RunAsync();
        }
    }

    /// <summary>Notes that a scrape could not wait for it. Under the publishing lock; what the collection under way finds is recorded when it ends.</summary>
    public void RecordUnfinished() => Meters.Unfinished();

    /// <summary>Takes the target's own series out of what is reported; it is not collected any more.</summary>
    public void Retire() => Meters.Retire();

    /// <summary>Fills <see cref="Working"/>.</summary>
    protected abstract Task<TargetResult> TryCollectAsync();

    /// <summary>Families that parts of the collection just made describe differently.</summary>
    protected virtual IReadOnlyList<FamilyConflict> FindConflicts() => [];

    private async Task RunAsync()
    {
        // Not under the lock that CollectAsync holds.
        await Task.Yield();
        var started = Time.GetTimestamp();
        TargetResult result;
        try
        {
            result = await TryCollectAsync();
        }
        catch (Exception e)
        {
            // A fault in one target's code must not cost the others.
            _context.Fault(this, e);
            result = new TargetResult(false, "fault", $"an error nobody foresaw: {e.Message}");
        }

        result = result with { Duration = Time.GetElapsedTime(started), At = Time.GetUtcNow() };
        if (!result.Up)
        {
            // What a target that is gone said last is not what is.
            result = result with { Samples = 0 };
        }

        MetricSnapshot spare;
        lock (_context.PublishGate)
        {
            spare = Snapshot;
            if (result.Up)
            {
                Snapshot = Working;
                Conflicts = FindConflicts();
            }
            else
            {
                Snapshot = s_nothing;
                Conflicts = [];
            }

            Meters.Record(result);
            Last = result;
            _collecting = false;
        }

        if (!result.Up && _working is { } unused)
        {
            _context.GiveBack(unused);
        }

        if (!ReferenceEquals(spare, s_nothing))
        {
            _context.GiveBack(spare);
        }

        _working = null;
    }
}
