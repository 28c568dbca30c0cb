using System.Text;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Multiprocess.Reading;

namespace DynamoAspire.Metrics.Multiprocess;

/// <summary>
/// Collects a <c>PROMETHEUS_MULTIPROC_DIR</c> as Python's <c>MultiProcessCollector</c> does, from files of both generations.
/// </summary>
/// <remarks>
/// <para>A bad file never loses the others: it is left out, wholly or from the damage on, and named in <see cref="Skips"/>. A family that files declare with different types
/// keeps the first type; the later files' samples of it are left out and named in <see cref="Conflicts"/>.</para>
/// <para>Keys are parsed once; a warm collection reads every file again, compares the keys and takes the values. Thread-safe; collections follow one another.</para>
/// </remarks>
public sealed class MultiprocessDirectory : IMetricSource
{
    // Below this many bytes and files a second thread costs more than it brings.
    private const int LargeBytes = 1024 * 1024;
    private const int LargeFiles = 64;
    private const int LargeKeys = 256;

    /// <summary>A reaper moves values at most three times in a run.</summary>
    private const int MaxAttempts = 5;

    private readonly MultiprocessDirectoryOptions _options;
    private readonly Dictionary<byte[], MultiprocessFileState> _byName = new(Utf8Comparer.Instance);
    private readonly List<MultiprocessFileState> _files = [];
    private readonly List<MultiprocessFileState> _listed = [];
    private readonly Dictionary<MetricType, KeyTable> _tables = [];
    private readonly DirectoryListing _listing;
    private readonly ReapWatch _watch;
    private readonly SkipReports? _reports;
    private readonly KeyParser _parser;
    private readonly Crew _crew;
    private readonly FileWindow?[] _windows;
    private readonly KeyScratch?[] _scratches;
    private readonly OpenFiles _open;
    private readonly Action<int, int> _readFile;
    private readonly Action<int, int> _parseKey;
    private readonly CollectionPlan _plan;
    private readonly List<MultiprocessSkip> _skips = [];
    private readonly long[] _skipped = new long[MultiprocessSkipReasons.All.Count];
    private readonly Lock _gate = new();
    private readonly bool _needsModified;
    private KeyTable? _parsing;
    private int _listingNumber;
    private int _listedCount;
    private bool _listChanged = true;
    private int _distinctKeys;

    /// <summary>Prepares to read a directory; nothing is read yet.</summary>
    public MultiprocessDirectory(string path, MultiprocessDirectoryOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Path = System.IO.Path.GetFullPath(path);
        _options = options ?? MultiprocessDirectoryOptions.Default;
        _parser = new KeyParser([.. _options.Labels.Select(l => new KeyLabel(Encoding.UTF8.GetBytes(l.Name), Encoding.UTF8.GetBytes(l.Value)))]);
        _listing = new DirectoryListing(Path, Note);
        _watch = new ReapWatch(Path);
        _reports = _options.FileSkipped is { } listener ? new SkipReports(listener, _options.SkipReportInterval, _options.TimeProvider) : null;
        _plan = new CollectionPlan(_options.GaugeModes);
        _needsModified = _options.GaugeModes.Values.Any(m => GaugeModes.Plain(m) == GaugeMode.MostRecent);
        _crew = new Crew(Math.Min(Environment.ProcessorCount, _options.MaxThreads));
        _windows = new FileWindow?[_crew.Size];
        _scratches = new KeyScratch?[_crew.Size];
        _open = new OpenFiles(_options.MaxOpenFiles);
        _readFile = ReadFile;
        _parseKey = ParseKey;
    }

    /// <summary>The directory.</summary>
    public string Path { get; }

    /// <summary>What was at the path in the last collection.</summary>
    public MultiprocessDirectoryState State { get; private set; }

    /// <summary>Files of the last collection, those left out included.</summary>
    public int FileCount { get; private set; }

    /// <summary>Bytes in use of the files of the last collection.</summary>
    public long Bytes { get; private set; }

    /// <summary>What the last collection left out. Replaced by the next.</summary>
    public IReadOnlyList<MultiprocessSkip> Skips { get; private set; } = [];

    /// <summary>Families that files describe differently. Replaced by the next collection.</summary>
    public IReadOnlyList<FamilyConflict> Conflicts { get; private set; } = [];

    /// <summary>How often, over all collections, something was left out for a reason.</summary>
    public long SkippedTotal(MultiprocessSkipReason reason) => Volatile.Read(ref _skipped[(int)reason]);

    /// <inheritdoc/>
    public void Collect(MetricSnapshot destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        lock (_gate)
        {
            destination.Clear();
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    _watch.Begin();
                    List();
                    Read();
                }
                finally
                {
                    _listing.Close();
                }

                if (attempt == MaxAttempts || _watch.IsConsistent())
                {
                    break;
                }
            }

            Settle();
            if (_listChanged || AnyChanged())
            {
                _plan.Build(_files);
                _listChanged = false;
                Conflicts = [.. _plan.Conflicts];
                Sweep();
            }

            _plan.Accumulate(_files);
            _plan.Emit(destination);
        }
    }

    /// <summary>Closes the files that are kept open between collections; the next collection opens them again. For a directory that is not collected any more.</summary>
    public void CloseFiles()
    {
        lock (_gate)
        {
            foreach (var file in _files)
            {
                file.Forget(_open);
            }
        }
    }

    private void List()
    {
        _listingNumber++;
        _listedCount = 0;
        State = _listing.Run();
        if (_listedCount < _listed.Count)
        {
            _listed.RemoveRange(_listedCount, _listed.Count - _listedCount);
        }

        for (var i = _files.Count - 1; i >= 0; i--)
        {
            if (_files[i].Listing != _listingNumber)
            {
                _files[i].Forget(_open);
                _byName.Remove(_files[i].NameUtf8);
                _files.RemoveAt(i);
                _listChanged = true;
            }
        }

        if (_listChanged)
        {
            _files.Sort(static (a, b) => a.NameUtf8.AsSpan().SequenceCompareTo(b.NameUtf8));
        }
    }

    /// <summary>Notes a file that the listing has come upon.</summary>
    private void Note(ReadOnlySpan<byte> name, ulong inode, bool isPlain)
    {
        if (_watch.IsFolded(name, inode))
        {
            return;
        }

        // A directory that has not changed lists in the same order again.
        if (_listedCount >= _listed.Count || _listed[_listedCount] is not { } file || !name.SequenceEqual(file.NameUtf8))
        {
            if (!_byName.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(name, out file))
            {
                file = new MultiprocessFileState(Path, Encoding.UTF8.GetString(name), _needsModified);
                _byName.Add(file.NameUtf8, file);
                _files.Add(file);
                _listChanged = true;
            }

            if (_listedCount < _listed.Count)
            {
                _listed[_listedCount] = file;
            }
            else
            {
                _listed.Add(file);
            }
        }

        _listedCount++;
        file.Listing = _listingNumber;
        file.Listed(inode, isPlain, _listing.Device, _open);
    }

    private void Read()
    {
        var large = _files.Count >= LargeFiles;
        for (var i = 0; i < _files.Count; i++)
        {
            // Whom the workers would otherwise make at the same time.
            _ = Table(_files[i].Parsed.Type);
        }

        _crew.Run(_files.Count, large || Bytes >= LargeBytes || _listChanged, _readFile);
        RetryWithoutDescriptors();
        foreach (var table in _tables.Values)
        {
            _parsing = table;
            _crew.Run(table.Fresh.Count, table.Fresh.Count >= LargeKeys, _parseKey);
            table.Fresh.Clear();
        }

        for (var i = 0; i < _crew.Size; i++)
        {
            _windows[i]?.Trim();
            _scratches[i]?.Clear();
        }
    }

    private void ReadFile(int index, int worker)
    {
        var file = _files[index];
        if (index >= _options.MaxFiles)
        {
            file.Reject(MultiprocessSkipReason.TooMany);
        }
        else if (file.IsForeign)
        {
            file.Reject(MultiprocessSkipReason.ForeignName);
        }
        else
        {
            var window = _windows[worker] ??= new FileWindow(_options.MaxKeyBytes + 64);
            file.Read(_listing.Descriptor, window, Table(file.Parsed.Type), _open, _options);
        }
    }

    private void ParseKey(int index, int worker) => _parser.Parse(_parsing!.Fresh[index], _parsing.Type, _scratches[worker] ??= new KeyScratch());

    /// <summary>A process that has run out of descriptors must not lose good files: what is kept open is given up, for good, and each file is opened by itself.</summary>
    private void RetryWithoutDescriptors()
    {
        for (var i = 0; i < _files.Count; i++)
        {
            if (!_files[i].NeedsDescriptor)
            {
                continue;
            }

            _open.Stop();
            foreach (var file in _files)
            {
                file.Forget(_open);
            }

            ReadFile(i, 0);
        }
    }

    private void Settle()
    {
        _skips.Clear();
        long bytes = 0;
        FileCount = _files.Count;
        for (var i = 0; i < _files.Count; i++)
        {
            var file = _files[i];
            file.Settle();
            bytes += file.Bytes;
            if (file.Skip is { } reason)
            {
                _skips.Add(new MultiprocessSkip(file.Name, reason));
                Interlocked.Increment(ref _skipped[(int)reason]);
            }
        }

        Bytes = bytes;
        if (_skips.Count > 0 || Skips.Count > 0)
        {
            Skips = [.. _skips];
        }

        _reports?.Report(_skips);
    }

    private KeyTable Table(MetricType type)
    {
        if (!_tables.TryGetValue(type, out var table))
        {
            _tables[type] = table = new KeyTable(type);
        }

        return table;
    }

    private bool AnyChanged()
    {
        for (var i = 0; i < _files.Count; i++)
        {
            if (_files[i].Changed)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Keys of files that are gone are forgotten once they are the larger part.</summary>
    private void Sweep()
    {
        var total = _tables.Values.Sum(t => t.Count);
        if (total <= Math.Max(4096, _distinctKeys * 2))
        {
            return;
        }

        foreach (var table in _tables.Values)
        {
            table.Sweep(_plan.Stamp);
        }

        _parser.Sweep(_plan.Stamp);
        _distinctKeys = _tables.Values.Sum(t => t.Count);
    }
}
