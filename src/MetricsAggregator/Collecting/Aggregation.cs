using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using DynamoAspire.Metrics.Merging;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Registry;
using DynamoAspire.MetricsAggregator.Aliases;
using DynamoAspire.MetricsAggregator.Load;
using DynamoAspire.MetricsAggregator.Options;
using DynamoAspire.MetricsAggregator.Targets;
using DynamoAspire.ServiceDefaults.Exposition;

namespace DynamoAspire.MetricsAggregator.Collecting;

/// <summary>Collections: targets side by side, then one merge. Thread-safe; that many scrapes at once share one collection of everything is <see cref="SharedCollection"/>'s part.</summary>
internal sealed partial class Aggregation
{
    /// <summary>What <c>/metrics/{source}</c> calls this service's own metrics.</summary>
    public const string OwnSource = "self";

    /// <summary>What it calls the load events.</summary>
    public const string LoadSource = "load";

    private static readonly MergeSource s_own = new("this service", "(this service)");
    private static readonly MergeSource s_load = new("load events", "(load events)");
    private readonly TargetSet _targets;
    private readonly TargetContext _context;
    private readonly LoadTable _load;
    private readonly ServiceMetrics _service;
    private readonly AggregatorOptions _options;
    private readonly CollectionCases _cases;
    private readonly ILogger<Aggregation> _logger;
    private readonly LogThrottle _throttle;
    private readonly ConcurrentBag<Work> _free = [];
    private readonly ConditionalWeakTable<Target, StrongBox<bool>> _wasUp = [];
    private readonly Histogram _duration;
    private readonly MetricVector<Counter> _conflicts;
    private readonly MetricVector<Counter> _dropped;
    private readonly Gauge _series;

    public Aggregation(TargetSet targets, TargetContext context, LoadTable load, ServiceMetrics service, AggregatorOptions options, MetricRegistry registry, CollectionCases cases, ILogger<Aggregation> logger)
    {
        _targets = targets;
        _context = context;
        _load = load;
        _service = service;
        _options = options;
        _cases = cases;
        _logger = logger;
        _throttle = new LogThrottle(context.Time);
        _duration = registry.Histogram(AggregatorMetrics.CollectionDurationSeconds);
        _conflicts = registry.CounterVector(AggregatorMetrics.FamilyConflictsTotal);
        _dropped = registry.CounterVector(AggregatorMetrics.MergeDroppedSamplesTotal);
        _series = registry.Gauge(AggregatorMetrics.MergedSeries);
        registry.Function(AggregatorMetrics.MergedSeriesCapacity, () => options.MaxSeries);
        foreach (var kind in (string[])["type", "help"])
        {
            _conflicts.With(kind);
        }

        foreach (var reason in (string[])["duplicate", "shadowed", "type_clash", "max_series"])
        {
            _dropped.With(reason);
        }
    }

    /// <summary>Collects everything into the snapshot.</summary>
    public async Task RunAsync(MetricSnapshot destination, CollectionProgress progress, CancellationToken cancellationToken)
    {
        var started = _context.Time.GetTimestamp();
        progress.Begin(_targets.All.ToArray());
        await CollectAsync(progress, cancellationToken);
        await BuildAsync(destination, progress, cancellationToken);
        _series.Set(destination.SampleCount);
        _duration.Observe(_context.Time.GetElapsedTime(started));
        _context.CompactIfWorthIt();
    }

    /// <summary>Fills the snapshot with what a collection of everything that is still running has found so far. The targets that are not through count as down in it.</summary>
    public Task RunFinishedAsync(MetricSnapshot destination, CollectionProgress progress) => BuildAsync(destination, progress, CancellationToken.None);

    /// <summary>Whether there is a source of this name: <c>self</c>, <c>load</c>, an engine, a group, a directory, a pushed job, or one target of a group.</summary>
    public bool Knows(string source) => source is OwnSource or LoadSource || _targets.All.Any(t => IsOf(t, source)) || _targets.Groups.Any(g => g.Options.Name == source);

    /// <summary>Collects one source; only its own targets are asked.</summary>
    /// <param name="source">Its name.</param>
    /// <param name="destination">Filled.</param>
    /// <param name="cancellationToken">Cancelled when time is up: what there is by then is the result.</param>
    /// <param name="abandoned">Cancelled when nobody wants the result any more.</param>
    public async ValueTask RunAsync(string source, MetricSnapshot destination, CancellationToken cancellationToken, CancellationToken abandoned)
    {
        var work = Take();
        try
        {
            if (source == OwnSource)
            {
                await _service.CollectAsync(destination, cancellationToken);
                return;
            }

            if (source == LoadSource)
            {
                _load.Collect(destination);
                return;
            }

            var progress = new CollectionProgress();
            progress.Begin(_targets.All.Where(t => IsOf(t, source)).ToArray());
            try
            {
                await CollectAsync(progress, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // The scraper's time is up: it gets what there is, if it is still there.
                abandoned.ThrowIfCancellationRequested();
            }

            Merge(work, null, null, Finished(progress), destination);
        }
        finally
        {
            _free.Add(work);
        }
    }

    /// <summary>Collects what OTLP is sent: all sources, and of this service what OpenTelemetry's own exporter does not send.</summary>
    public async Task RunForExportAsync(MetricSnapshot destination, CancellationToken cancellationToken)
    {
        var progress = new CollectionProgress();
        progress.Begin(_targets.All.ToArray());
        await CollectAsync(progress, cancellationToken);
        var work = Take();
        try
        {
            _load.Collect(work.Load);
            await _service.CollectAsync(destination, cancellationToken);
            work.Own.Clear();
            for (var i = 0; i < destination.FamilyCount; i++)
            {
                if (destination[i].Header.Name.StartsWith("dynamo_aspire_"u8))
                {
                    work.Own.BeginFamily(destination[i].Header);
                    work.Own.AddRange(destination[i].Samples);
                }
            }

            Merge(work, work.Own, work.Load, Finished(progress), destination);
        }
        finally
        {
            _free.Add(work);
        }
    }

    private static bool IsOf(Target target, string source) => target.Name == source || target.Job == source;

    private Task CollectAsync(CollectionProgress progress, CancellationToken cancellationToken) => Parallel.ForAsync(
        0,
        progress.Targets.Length,
        new ParallelOptions { MaxDegreeOfParallelism = _options.MaxConcurrentTargets, CancellationToken = cancellationToken },
        progress.CollectAsync);

    private async Task BuildAsync(MetricSnapshot destination, CollectionProgress progress, CancellationToken cancellationToken)
    {
        var work = Take();
        try
        {
            _load.Collect(work.Load);
            _cases.Update(progress.Targets);
            var finished = Finished(progress);

            // Last, so that what it says of the targets is of this collection.
            await _service.CollectAsync(work.Own, cancellationToken);
            Merge(work, work.Own, work.Load, finished, destination);
        }
        finally
        {
            _free.Add(work);
        }
    }

    /// <summary>The targets that are through; the others are recorded as down.</summary>
    private List<Target> Finished(CollectionProgress progress)
    {
        var finished = new List<Target>(progress.Targets.Length);
        lock (_context.PublishGate)
        {
            for (var i = 0; i < progress.Targets.Length; i++)
            {
                if (progress.HasFinished(i))
                {
                    finished.Add(progress.Targets[i]);
                }
                else
                {
                    progress.Targets[i].RecordUnfinished();
                }
            }
        }

        return finished;
    }

    private void Merge(Work work, MetricSnapshot? own, MetricSnapshot? load, List<Target> targets, MetricSnapshot destination)
    {
        var merge = work.Merge;
        merge.Clear();
        var series = 0;
        lock (_context.PublishGate)
        {
            Add(merge, own, s_own, ref series);
            Add(merge, load, s_load, ref series);
            foreach (var target in targets)
            {
                LogChange(target);
                if (target.Last.Up)
                {
                    Add(merge, target.Snapshot, target.Source, ref series);
                    Report(target.Conflicts, target.Source.Name);
                }
            }

            merge.Build(destination);
        }

        _dropped.With("duplicate").Inc(merge.DuplicateSamples);
        _dropped.With("shadowed").Inc(merge.ShadowedSamples);
        _dropped.With("type_clash").Inc(merge.ClashingSamples);
        Report(merge.Conflicts, "the sources");
        merge.Clear();
        if (_options.Aliases != AliasMode.None)
        {
            work.Aliases ??= new MetricAliases(_options.Aliases);
            work.Aliases.Apply(destination);
        }
    }

    private void Add(FamilyMerge merge, MetricSnapshot? snapshot, MergeSource source, ref int series)
    {
        if (snapshot is null)
        {
            return;
        }

        if (series + snapshot.SampleCount > _options.MaxSeries)
        {
            // Whole or not at all: half a source would look like a whole one.
            _dropped.With("max_series").Inc(snapshot.SampleCount);
            if (_throttle.Pass("\0max_series"))
            {
                LogTooManySeries(_logger, source.Name, _options.MaxSeries);
            }

            return;
        }

        series += snapshot.SampleCount;
        merge.Add(snapshot, source);
    }

    private void Report(IReadOnlyList<FamilyConflict> conflicts, string among)
    {
        foreach (var conflict in conflicts)
        {
            _conflicts.With(conflict.Kind == FamilyConflictKind.Type ? "type" : "help").Inc();
            if (_throttle.Pass(among + conflict.Family))
            {
                LogConflict(_logger, among, conflict);
            }
        }
    }

    /// <summary>One line when a target goes and one when it comes, not one per collection.</summary>
    private void LogChange(Target target)
    {
        var known = _wasUp.TryGetValue(target, out var was);
        if (known && was!.Value == target.Last.Up)
        {
            return;
        }

        _wasUp.AddOrUpdate(target, new StrongBox<bool>(target.Last.Up));
        if (!target.Last.Up)
        {
            LogTargetDown(_logger, target.Kind, target.Name, target.Last.Detail, target.Address);
        }
        else if (known)
        {
            LogTargetUp(_logger, target.Kind, target.Name);
        }
    }

    private Work Take() => _free.TryTake(out var work) ? work : new Work();

    private sealed class Work
    {
        public FamilyMerge Merge { get; } = new();

        public MetricSnapshot Own { get; } = new();

        public MetricSnapshot Load { get; } = new();

        public MetricAliases? Aliases { get; set; }
    }
}
