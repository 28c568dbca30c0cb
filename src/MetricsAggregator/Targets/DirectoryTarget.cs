using DynamoAspire.Metrics.Merging;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Multiprocess;
using DynamoAspire.MetricsAggregator.Relabeling;

namespace DynamoAspire.MetricsAggregator.Targets;

/// <summary>A multiprocess directory.</summary>
internal sealed partial class DirectoryTarget : Target
{
    public const string SourceKind = "files";

    private readonly MultiprocessDirectory _directory;
    private readonly IReadOnlyList<(string Name, string Value)> _labels;
    private readonly ILogger _logger;
    private readonly LogThrottle _throttle;
    private readonly TimeSpan _emptyAfter;
    private readonly long _since;
    private readonly SeriesRewriter? _rewriter;
    private readonly PrefixFilter _filter;
    private readonly MetricSnapshot _read = new();
    private Task? _running;
    private bool _everHadSamples;

    public DirectoryTarget(TargetContext context, string name, string path, IReadOnlyList<(string Name, string Value)> labels, PrefixFilter filter, IReadOnlyDictionary<string, GaugeMode> gaugeModes)
        : base(context, name, name, SourceKind, path, new MergeSource($"files of {name}", name, MetricSourceKind.FileBacked))
    {
        _labels = labels;
        _directory = new MultiprocessDirectory(path, new MultiprocessDirectoryOptions { Labels = labels, GaugeModes = gaugeModes });
        _logger = context.Logger;
        _throttle = new LogThrottle(context.Time);
        _emptyAfter = context.Options.EmptyDirectoryAfter;
        _since = context.Time.GetTimestamp();
        _filter = filter;
        _rewriter = filter.PassesAll ? null : new SeriesRewriter([], new RelabelRules([]), honorLabels: true, honorTimestamps: true);
    }

    /// <summary>What was found at the path in the last collection.</summary>
    public MultiprocessDirectoryState State { get; private set; }

    /// <summary>Whether the directory is there but has held no metrics since this service began to look, for longer than it should.</summary>
    public bool IsEmptyTooLong => State == MultiprocessDirectoryState.Present && !_everHadSamples && Time.GetElapsedTime(_since) >= _emptyAfter;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Name, string Value)> Labels => _labels;

    /// <inheritdoc/>
    protected override IReadOnlyList<FamilyConflict> FindConflicts() => _directory.Conflicts;

    protected override async Task<TargetResult> TryCollectAsync()
    {
        // A file system that hangs cannot be interrupted: that read goes on by itself, and until it ends nothing of this directory is reported.
        if (_running is { IsCompleted: false })
        {
            return new TargetResult(false, "timeout", "an earlier read of the directory has not ended");
        }

        _running = Task.Run(() => _directory.Collect(_read), CancellationToken.None);
        try
        {
            await _running.WaitAsync(Timeout, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            return new TargetResult(false, "timeout", "reading the directory takes too long");
        }

        Take();
        State = _directory.State;
        _everHadSamples |= _read.SampleCount > 0;
        ReportLeftOut();
        return State switch
        {
            MultiprocessDirectoryState.Present => new TargetResult(true, Detail: Describe()) { Samples = _read.SampleCount, Kept = Working.SampleCount, Bytes = _directory.Bytes },
            MultiprocessDirectoryState.Missing => new TargetResult(false, "missing", "the directory does not exist; is PROMETHEUS_MULTIPROC_DIR of the engine the same path?"),
            MultiprocessDirectoryState.NotADirectory => new TargetResult(false, "not_a_directory", "the path is not a directory"),
            _ => new TargetResult(false, "unreadable", "the directory cannot be listed; check its permissions"),
        };
    }

    private void Take()
    {
        if (_rewriter is not null)
        {
            _rewriter.Rewrite(_read, Working, _filter);
            return;
        }

        Working.Clear();
        _read.CopyTo(Working);
    }

    private string Describe() =>
        IsEmptyTooLong ? "the directory is there but has held no metrics so far: does the engine run with this PROMETHEUS_MULTIPROC_DIR, and was that set before it started?"
        : _directory.FileCount == 0 ? "the directory holds no files yet"
        : _directory.Skips.Count > 0 ? $"{_directory.Skips.Count} of {_directory.FileCount} files left out or damaged: {_directory.Skips[0].File} ({_directory.Skips[0].Reason.Name()})"
        : $"{_directory.FileCount} files";

    private void ReportLeftOut()
    {
        foreach (var skip in _directory.Skips)
        {
            Meters.FileSkipped(skip.Reason.Name());
            if (_throttle.Pass(skip.File))
            {
                LogFileSkipped(_logger, skip.File, Name, skip.Reason.Name());
            }
        }

        if (IsEmptyTooLong && _throttle.Pass("\0empty"))
        {
            LogEmpty(_logger, Name, _emptyAfter.TotalSeconds, Address);
        }
    }

    [LoggerMessage(EventId = 210, Level = LogLevel.Warning, Message = "File {File} of {Target} is left out, wholly or in part: {Reason}")]
    private static partial void LogFileSkipped(ILogger logger, string file, string target, string reason);

    [LoggerMessage(EventId = 211, Level = LogLevel.Warning, Message = "The directory of {Target} is set but has held no metrics for {Seconds} s ({Path}). Does the engine run with this PROMETHEUS_MULTIPROC_DIR, and was that set before it started?")]
    private static partial void LogEmpty(ILogger logger, string target, double seconds, string path);
}
