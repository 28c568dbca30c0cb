using DynamoAspire.Metrics.Merging;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Multiprocess;

namespace DynamoAspire.Metrics.Registration;

/// <summary>
/// An engine's metrics, wherever they are: in a multiprocess directory, in the memory of a process, or in both. Whatever the case, each family is reported once, and
/// the files, which add up all processes, win over memory, which is one process's part.
/// </summary>
/// <remarks>Which case it is is found anew at every collection: a directory may be made, filled or removed at any time. Thread-safe; collections follow one another.</remarks>
public sealed class EngineMetrics : IMetricSource
{
    private static readonly MergeSource s_files = new("files", "engine", MetricSourceKind.FileBacked);
    private static readonly MergeSource s_memory = new("memory", "engine");

    private readonly EngineMetricsOptions _options;
    private readonly MultiprocessDirectory? _directory;
    private readonly IMetricSource? _memory;
    private readonly Func<FamilyHeader, bool>? _isInMemory;
    private readonly FamilyRewriter _fileRewriter;
    private readonly FamilyRewriter _memoryRewriter;
    private readonly MetricSnapshot _read = new();
    private readonly MetricSnapshot _fromFiles = new();
    private readonly MetricSnapshot _fromMemory = new();
    private readonly FamilyMerge _merge = new();
    private readonly Lock _gate = new();
    private long? _withoutFilesSince;
    private string? _cannotCreate;

    /// <summary>Prepares the flow; makes the directory if it is missing and <see cref="EngineMetricsOptions.CreateMissingDirectory"/> says so.</summary>
    /// <param name="options">Where, what and how.</param>
    /// <param name="memory">The metrics of the engine's process in memory, such as a registry or what was scraped from it; null if there are none.</param>
    public EngineMetrics(EngineMetricsOptions options, IMetricSource? memory)
        : this(options, memory, isInMemory: null)
    {
    }

    internal EngineMetrics(EngineMetricsOptions options, IMetricSource? memory, Func<FamilyHeader, bool>? isInMemory)
    {
        ArgumentNullException.ThrowIfNull(options);
        var filter = new FamilyNameFilter(options.Prefixes, options.Exclude, options.PrefixEquivalents);
        var labels = InjectedLabels.Combine(options.AutoLabels, options.Labels);
        _options = options;
        _memory = memory;
        _isInMemory = isInMemory;
        _fileRewriter = new FamilyRewriter(filter, options.AddPrefix, options.ReplaceMatchedPrefix, labels);
        _memoryRewriter = new FamilyRewriter(filter, options.AddPrefix, options.ReplaceMatchedPrefix, labels);
        if (!string.IsNullOrEmpty(options.Directory))
        {
            Prepare(options.Directory);
            _directory = new MultiprocessDirectory(options.Directory, options.DirectoryOptions);
        }
    }

    /// <summary>Raised when a collection finds another case than the one before, on the collecting thread.</summary>
    public event Action<EngineMetrics>? CaseChanged;

    /// <summary>Where the metrics were found in the last collection.</summary>
    public EngineMetricsCase Case { get; private set; }

    /// <summary>The case in words, with what to do if something is to be done.</summary>
    public string Explanation =>
        _cannotCreate is { } reason && Case is EngineMetricsCase.DirectoryMissing or EngineMetricsCase.DirectoryUnreadable
            ? $"{Case.Explain(_directory?.Path)} Making it failed: {_cannotCreate}"
            : Case.Explain(_directory?.Path);

    /// <summary>The directory, for its skipped files and conflicts; null when none is set.</summary>
    public MultiprocessDirectory? Directory => _directory;

    /// <summary>Whether the directory was missing and has been made.</summary>
    public bool CreatedDirectory { get; private set; }

    /// <summary>How long a directory has been set without any engine family in it; null while there are some, or when none is set.</summary>
    public TimeSpan? WithoutFiles
    {
        get
        {
            lock (_gate)
            {
                return _withoutFilesSince is { } since ? _options.TimeProvider.GetElapsedTime(since) : null;
            }
        }
    }

    /// <summary>Samples of memory that the last collection left out because the files have their family.</summary>
    public int ShadowedSamples { get; private set; }

    /// <summary>Families that the last collection found described differently; the later one is left out if the types differ. Replaced by the next.</summary>
    public IReadOnlyList<FamilyConflict> Conflicts { get; private set; } = [];

    /// <summary>Whether families come from files at all; decides who wins where this is one source of several.</summary>
    internal MetricSourceKind Kind => _directory is null ? MetricSourceKind.InMemory : MetricSourceKind.FileBacked;

    /// <inheritdoc/>
    public void Collect(MetricSnapshot destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        var before = Case;
        bool changed;
        lock (_gate)
        {
            _fromFiles.Clear();
            _fromMemory.Clear();
            if (_directory is not null)
            {
                _directory.Collect(_read);
                _fileRewriter.Rewrite(_read, _fromFiles);
            }

            if (_memory is not null)
            {
                _memory.Collect(_read);
                _memoryRewriter.Rewrite(_read, _fromMemory);
            }

            _read.Clear();
            _merge.Clear();
            _merge.Add(_fromFiles, s_files);
            _merge.Add(_fromMemory, s_memory);
            _merge.Build(destination);
            ShadowedSamples = _merge.ShadowedSamples;
            if (_merge.Conflicts.Count > 0 || Conflicts.Count > 0)
            {
                Conflicts = [.. _merge.Conflicts];
            }

            Case = Find();
            changed = Case != before;
            _withoutFilesSince = _directory is null || _fromFiles.FamilyCount > 0 ? null : _withoutFilesSince ?? _options.TimeProvider.GetTimestamp();
        }

        if (changed)
        {
            CaseChanged?.Invoke(this);
        }
    }

    /// <summary>Finds the case of now without reporting anything.</summary>
    public EngineMetricsCase Refresh()
    {
        Collect(new MetricSnapshot());
        return Case;
    }

    private void Prepare(string path)
    {
        if (!_options.CreateMissingDirectory || System.IO.Directory.Exists(path) || File.Exists(path))
        {
            return;
        }

        try
        {
            System.IO.Directory.CreateDirectory(path);
            CreatedDirectory = true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _cannotCreate = e.Message;
        }
    }

    private EngineMetricsCase Find() => _directory?.State switch
    {
        null => EngineMetricsCase.DirectoryUnset,
        MultiprocessDirectoryState.Missing => EngineMetricsCase.DirectoryMissing,
        MultiprocessDirectoryState.NotADirectory => EngineMetricsCase.NotADirectory,
        MultiprocessDirectoryState.Unreadable => EngineMetricsCase.DirectoryUnreadable,
        _ when _fromFiles.FamilyCount == 0 => EngineMetricsCase.DirectoryEmpty,
        _ => IsInMemoryToo() ? EngineMetricsCase.FilesAndMemory : EngineMetricsCase.FilesOnly,
    };

    private bool IsInMemoryToo()
    {
        if (_merge.ShadowedSamples > 0)
        {
            return true;
        }

        for (var i = 0; _isInMemory is not null && i < _fromFiles.FamilyCount; i++)
        {
            if (_isInMemory(_fromFiles[i].Header))
            {
                return true;
            }
        }

        return false;
    }
}
