using System.IO.Enumeration;
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
    private readonly MultiprocessDirectoryOptions _options;
    private readonly Dictionary<string, MultiprocessFileState> _byName = new(StringComparer.Ordinal);
    private readonly List<MultiprocessFileState> _files = [];
    private readonly Dictionary<MetricType, KeyTable> _tables = [];
    private readonly KeyParser _parser;
    private readonly FileWindow _window;
    private readonly CollectionPlan _plan = new();
    private readonly List<MultiprocessSkip> _skips = [];
    private readonly long[] _skipped = new long[MultiprocessSkipReasons.All.Count];
    private readonly Lock _gate = new();
    private int _listing;
    private bool _listChanged = true;
    private int _distinctKeys;

    /// <summary>Prepares to read a directory; nothing is read yet.</summary>
    public MultiprocessDirectory(string path, MultiprocessDirectoryOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Path = System.IO.Path.GetFullPath(path);
        _options = options ?? MultiprocessDirectoryOptions.Default;
        _parser = new KeyParser([.. _options.Labels.Select(l => (Encoding.UTF8.GetBytes(l.Name), Encoding.UTF8.GetBytes(l.Value)))]);
        _window = new FileWindow(_options.MaxKeyBytes + 64);
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
            List();
            Read();
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

    private void List()
    {
        _listing++;
        try
        {
            using var entries = new DatabaseFiles(this);
            while (entries.MoveNext())
            {
            }

            State = MultiprocessDirectoryState.Present;
        }
        catch (DirectoryNotFoundException)
        {
            State = File.Exists(Path) ? MultiprocessDirectoryState.NotADirectory : MultiprocessDirectoryState.Missing;
        }
        catch (IOException)
        {
            State = File.Exists(Path) ? MultiprocessDirectoryState.NotADirectory : MultiprocessDirectoryState.Unreadable;
        }
        catch (UnauthorizedAccessException)
        {
            State = MultiprocessDirectoryState.Unreadable;
        }

        for (var i = _files.Count - 1; i >= 0; i--)
        {
            if (_files[i].Listing != _listing)
            {
                _byName.Remove(_files[i].Name);
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
    private void Note(ReadOnlySpan<char> name)
    {
        if (!_byName.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(name, out var file))
        {
            file = new MultiprocessFileState(Path, name.ToString());
            _byName.Add(file.Name, file);
            _files.Add(file);
            _listChanged = true;
        }

        file.Listing = _listing;
    }

    private void Read()
    {
        _skips.Clear();
        Bytes = 0;
        FileCount = _files.Count;
        for (var i = 0; i < _files.Count; i++)
        {
            var file = _files[i];
            if (i >= _options.MaxFiles)
            {
                file.Reject(MultiprocessSkipReason.TooMany);
            }
            else if (file.IsForeign)
            {
                file.Reject(MultiprocessSkipReason.ForeignName);
            }
            else
            {
                file.Read(_window, Table(file.Parsed.Type), _options);
                Bytes += file.Bytes;
            }

            if (file.Skip is { } reason)
            {
                _skips.Add(new MultiprocessSkip(file.Name, reason));
                Interlocked.Increment(ref _skipped[(int)reason]);
            }
        }

        _window.Trim();
        if (_skips.Count > 0 || Skips.Count > 0)
        {
            Skips = [.. _skips];
        }
    }

    private KeyTable Table(MetricType type)
    {
        if (!_tables.TryGetValue(type, out var table))
        {
            _tables[type] = table = new KeyTable(type, _parser);
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

    /// <summary>Lists <c>*.db</c> without making a string per file; hidden files are not listed, as by a shell's pattern.</summary>
    private sealed class DatabaseFiles(MultiprocessDirectory owner) : FileSystemEnumerator<bool>(owner.Path, s_enumeration)
    {
        private static readonly EnumerationOptions s_enumeration = new() { AttributesToSkip = 0, IgnoreInaccessible = false, RecurseSubdirectories = false };

        protected override bool ShouldIncludeEntry(ref FileSystemEntry entry)
        {
            if (entry.FileName.EndsWith(MultiprocessFileName.Extension, StringComparison.Ordinal) && entry.FileName[0] != '.')
            {
                owner.Note(entry.FileName);
            }

            return false;
        }

        protected override bool TransformEntry(ref FileSystemEntry entry) => true;
    }
}
