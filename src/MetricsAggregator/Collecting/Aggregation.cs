using DynamoAspire.Metrics.Merging;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Registry;
using DynamoAspire.MetricsAggregator.Load;
using DynamoAspire.MetricsAggregator.Options;
using DynamoAspire.MetricsAggregator.Targets;
using DynamoAspire.ServiceDefaults.Exposition;

namespace DynamoAspire.MetricsAggregator.Collecting;

/// <summary>One collection of everything: all targets side by side, then one merge. Not to be run twice at once; <see cref="SharedCollection"/> sees to that.</summary>
internal sealed partial class Aggregation
{
    private static readonly MergeSource s_own = new("this service", "(this service)");
    private static readonly MergeSource s_load = new("load events", "(load events)");
    private readonly TargetSet _targets;
    private readonly LoadTable _load;
    private readonly ServiceMetrics _service;
    private readonly AggregatorOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<Aggregation> _logger;
    private readonly LogThrottle _throttle;
    private readonly FamilyMerge _merge = new();
    private readonly MetricSnapshot _ownSnapshot = new();
    private readonly MetricSnapshot _loadSnapshot = new();
    private readonly Dictionary<Target, bool> _wasUp = [];
    private readonly Histogram _duration;
    private readonly MetricVector<Counter> _conflicts;
    private readonly MetricVector<Counter> _dropped;

    public Aggregation(TargetSet targets, LoadTable load, ServiceMetrics service, AggregatorOptions options, MetricRegistry registry, TimeProvider time, ILogger<Aggregation> logger)
    {
        _targets = targets;
        _load = load;
        _service = service;
        _options = options;
        _time = time;
        _logger = logger;
        _throttle = new LogThrottle(time);
        _duration = registry.Histogram("dynamo_aspire_collection_duration_seconds", "Time to collect all targets and to merge them.", [.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10]);
        _conflicts = registry.CounterVector("dynamo_aspire_family_conflicts_total", "Families that two sources describe differently, by what differs; counted per collection.", "kind");
        _dropped = registry.CounterVector("dynamo_aspire_merge_dropped_samples_total", "Samples left out of the merge; counted per collection.", "reason");
        foreach (var kind in (string[])["type", "help"])
        {
            _conflicts.With(kind);
        }

        foreach (var reason in (string[])["duplicate", "shadowed", "type_clash"])
        {
            _dropped.With(reason);
        }
    }

    /// <summary>Collects into the snapshot.</summary>
    public async Task RunAsync(MetricSnapshot destination, CancellationToken cancellationToken)
    {
        var started = _time.GetTimestamp();
        await Parallel.ForEachAsync(
            _targets.All,
            new ParallelOptions { MaxDegreeOfParallelism = _options.MaxConcurrentTargets, CancellationToken = cancellationToken },
            async (target, token) => await CollectAsync(target, token));
        _load.Collect(_loadSnapshot);

        // Last, so that what it says of the targets is of this collection.
        await _service.CollectAsync(_ownSnapshot, cancellationToken);
        Merge(destination);
        _duration.Observe(_time.GetElapsedTime(started));
    }

    private async Task CollectAsync(Target target, CancellationToken cancellationToken)
    {
        try
        {
            await target.CollectAsync(_options.TargetTimeout, _time, cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // A fault in one target's code must not cost the others.
            target.Fail(e, _time);
            LogTargetFault(_logger, target.Kind, target.Name, e);
        }
    }

    private void Merge(MetricSnapshot destination)
    {
        _merge.Clear();
        _merge.Add(_ownSnapshot, s_own);
        _merge.Add(_loadSnapshot, s_load);
        foreach (var target in _targets.All)
        {
            LogChange(target);
            if (target.Last.Up)
            {
                _merge.Add(target.Snapshot, target.Source);
                Report(target.Conflicts, target.Source.Name);
            }
        }

        _merge.Build(destination);
        _dropped.With("duplicate").Inc(_merge.DuplicateSamples);
        _dropped.With("shadowed").Inc(_merge.ShadowedSamples);
        _dropped.With("type_clash").Inc(_merge.ClashingSamples);
        Report(_merge.Conflicts, "the sources");
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
        if (known && was == target.Last.Up)
        {
            return;
        }

        _wasUp[target] = target.Last.Up;
        if (!target.Last.Up)
        {
            LogTargetDown(_logger, target.Kind, target.Name, target.Last.Detail, target.Address);
        }
        else if (known)
        {
            LogTargetUp(_logger, target.Kind, target.Name);
        }
    }
}
