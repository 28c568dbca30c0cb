using DynamoAspire.Metrics.Merging;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Multiprocess;

namespace DynamoAspire.MetricsAggregator.Targets;

/// <summary>The multiprocess directory of an engine.</summary>
internal sealed partial class DirectoryTarget : Target
{
    public const string SourceKind = "files";

    private readonly MultiprocessDirectory _directory;
    private readonly ILogger _logger;
    private readonly LogThrottle _throttle;
    private readonly MetricSnapshot _working = new();
    private Task? _running;

    public DirectoryTarget(string name, string path, IReadOnlyList<(string Name, string Value)> labels, TargetMeters meters, TimeProvider time, ILogger logger)
        : base(name, SourceKind, path, new MergeSource($"files of {name}", name, MetricSourceKind.FileBacked), meters)
    {
        _directory = new MultiprocessDirectory(path, new MultiprocessDirectoryOptions { Labels = labels });
        _logger = logger;
        _throttle = new LogThrottle(time);
        Snapshot = _working;
    }

    /// <inheritdoc/>
    public override IReadOnlyList<FamilyConflict> Conflicts => _directory.Conflicts;

    protected override async Task<TargetResult> TryCollectAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        // A file system that hangs cannot be interrupted: that read goes on by itself, and until it ends nothing of this directory is reported.
        if (_running is { IsCompleted: false })
        {
            return new TargetResult(false, "timeout", "an earlier read of the directory has not ended");
        }

        _running = Task.Run(() => _directory.Collect(_working), CancellationToken.None);
        try
        {
            await _running.WaitAsync(timeout, cancellationToken);
        }
        catch (TimeoutException)
        {
            return new TargetResult(false, "timeout", "reading the directory takes too long");
        }

        ReportLeftOut();
        return _directory.State switch
        {
            MultiprocessDirectoryState.Present => new TargetResult(true, Detail: Describe()) { Samples = _working.SampleCount, Bytes = _directory.Bytes },
            MultiprocessDirectoryState.Missing => new TargetResult(false, "missing", "the directory does not exist; is PROMETHEUS_MULTIPROC_DIR of the engine the same path?"),
            MultiprocessDirectoryState.NotADirectory => new TargetResult(false, "not_a_directory", "the path is not a directory"),
            _ => new TargetResult(false, "unreadable", "the directory cannot be listed; check its permissions"),
        };
    }

    private string Describe() =>
        _directory.FileCount == 0 ? "the directory holds no files yet"
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

    }

    [LoggerMessage(EventId = 210, Level = LogLevel.Warning, Message = "File {File} of {Target} is left out, wholly or in part: {Reason}")]
    private static partial void LogFileSkipped(ILogger logger, string file, string target, string reason);
}
