using DynamoAspire.Metrics.Multiprocess.Reaping;
using DynamoAspire.Metrics.Registry;
using DynamoAspire.MetricsAggregator.Options;
using DynamoAspire.MetricsAggregator.Targets;
using DynamoAspire.ServiceDefaults.Hosting;

namespace DynamoAspire.MetricsAggregator.Reaping;

/// <summary>
/// Clears multiprocess directories of dead processes, each at its own pace on a thread of its own: scrapes read a directory meanwhile as ever, and a file system that hangs holds up
/// nothing but its own directory. Only runs where <c>Aggregator:Reaper:Enabled</c> says so.
/// </summary>
internal sealed partial class ReaperService : SupervisedService
{
    private static readonly ReapOutcome[] s_outcomes = Enum.GetValues<ReapOutcome>();
    private readonly ReaperOptions _options;
    private readonly (string Name, string Path)[] _directories;
    private readonly ILogger<ReaperService> _logger;
    private readonly LogThrottle _throttle;
    private readonly MetricVector<Gauge> _files;
    private readonly MetricVector<Counter> _cleared;
    private readonly MetricVector<Counter> _freed;
    private readonly MetricVector<Counter> _failures;
    private readonly MetricVector<Gauge> _lastRun;

    public ReaperService(TargetSet targets, AggregatorOptions options, MetricRegistry registry, Supervision supervision, ILogger<ReaperService> logger)
        : base("reaper", supervision)
    {
        _options = options.Reaper;
        _logger = logger;
        _throttle = new LogThrottle(supervision.Time);
        _files = registry.GaugeVector(AggregatorMetrics.ReaperFiles);
        _cleared = registry.CounterVector(AggregatorMetrics.ReaperFilesClearedTotal);
        _freed = registry.CounterVector(AggregatorMetrics.ReaperFreedBytesTotal);
        _failures = registry.CounterVector(AggregatorMetrics.ReaperFailuresTotal);
        _lastRun = registry.GaugeVector(AggregatorMetrics.ReaperLastRunTimestampSeconds);

        // Two names of one path are one directory: the second would only find the first at work.
        _directories =
        [
            .. targets.Directories
                .Select(d => (d.Name, Path: Path.GetFullPath(d.Address)))
                .Where(d => _options.Directories.Count == 0 || _options.Directories.Contains(d.Name))
                .DistinctBy(d => d.Path, StringComparer.Ordinal),
        ];
        foreach (var (name, _) in _directories)
        {
            _cleared.With(name, Word(ReapOutcome.Folded));
            _cleared.With(name, Word(ReapOutcome.Removed));
            _freed.With(name);
            foreach (var status in (ReadOnlySpan<ReapStatus>)[ReapStatus.Locked, ReapStatus.Unreachable, ReapStatus.Unsupported, ReapStatus.Failed])
            {
                _failures.With(name, Word(status));
            }
        }
    }

    protected override Task RunAsync(CancellationToken stoppingToken) => Task.WhenAll(_directories.Select(d => FollowAsync(d.Name, d.Path, stoppingToken)));

    private async Task FollowAsync(string name, string path, CancellationToken stoppingToken)
    {
        var reaper = new MultiprocessReaper(path, _options.For(name, Time));
        while (true)
        {
            // Not a thread of the pool that scrapes need. When the service stops, a run is left to end or to be killed: either leaves the totals right.
            var run = Task.Factory.StartNew(() => reaper.Run(_options.DryRun), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
            Report(name, path, await run.WaitAsync(stoppingToken));
            await Task.Delay(_options.Interval, Time, stoppingToken);
        }
    }

    private void Report(string name, string path, ReapReport report)
    {
        if (report.Status != ReapStatus.Done)
        {
            _failures.With(name, Word(report.Status)).Inc();
            if (_throttle.Pass(name))
            {
                LogFailed(_logger, name, path, report.Message);
            }

            return;
        }

        _lastRun.With(name).Set(Time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0);
        foreach (var outcome in s_outcomes)
        {
            _files.With(name, Word(outcome)).Set(report.Count(outcome));
        }

        var (folded, removed) = (report.Count(ReapOutcome.Folded), report.Count(ReapOutcome.Removed));
        if (report.IsDryRun)
        {
            if (folded + removed > 0 && _throttle.Pass(name))
            {
                LogWould(_logger, name, path, folded, removed, report.BytesFreed);
            }

            return;
        }

        _cleared.With(name, Word(ReapOutcome.Folded)).Inc(folded);
        _cleared.With(name, Word(ReapOutcome.Removed)).Inc(removed);
        _freed.With(name).Inc(report.BytesFreed);
        if (folded + removed > 0 || report.Message.Length > 0)
        {
            LogDone(_logger, name, path, folded, removed, report.BytesFreed, report.Message);
        }
    }

    private static string Word(ReapStatus status) => status switch
    {
        ReapStatus.Locked => "locked",
        ReapStatus.Unreachable => "unreachable",
        ReapStatus.Unsupported => "unsupported",
        _ => "failed",
    };

    private static string Word(ReapOutcome outcome) => outcome switch
    {
        ReapOutcome.Folded => "folded",
        ReapOutcome.Removed => "removed",
        ReapOutcome.Alive => "alive",
        ReapOutcome.TooYoung => "too_young",
        ReapOutcome.Unknown => "unknown",
        ReapOutcome.LastingGauge => "lasting_gauge",
        ReapOutcome.CustomIdentifier => "custom_identifier",
        ReapOutcome.Foreign => "foreign",
        ReapOutcome.Unreadable => "unreadable",
        ReapOutcome.Later => "later",
        _ => "archive",
    };
}
