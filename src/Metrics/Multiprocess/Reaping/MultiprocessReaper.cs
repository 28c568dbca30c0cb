using System.Globalization;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Multiprocess.Reading;

namespace DynamoAspire.Metrics.Multiprocess.Reaping;

/// <summary>
/// Clears up after dead processes: their counters, histograms and summaries go into one archive file per type, their live gauges are deleted, and no total changes.
/// </summary>
/// <remarks>
/// <para>A kill at any moment leaves a directory whose totals are right for <see cref="MultiprocessDirectory"/>, which honours the journal; the next run finishes or takes back what was begun.
/// Collectors that know no journal, Python's too, may for the moment between the archive's rename and the last deletion count what is folded twice.</para>
/// <para>Files of identifiers that are no process ids, lasting gauges, foreign files and what cannot be read to the last byte are never touched. One run at a time per directory, also across
/// processes. Linux only.</para>
/// </remarks>
public sealed partial class MultiprocessReaper
{
    // Starts of processes are known to the second, and clocks of file systems tick coarsely.
    private const double Tolerance = 2;

    private readonly MultiprocessReaperOptions _options;

    /// <summary>Makes a reaper; nothing is read yet.</summary>
    public MultiprocessReaper(string path, MultiprocessReaperOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Path = System.IO.Path.GetFullPath(path);
        _options = options ?? MultiprocessReaperOptions.Default;
        ArgumentOutOfRangeException.ThrowIfNegative(_options.MinimumAge.Ticks, nameof(options));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(_options.MaxFiles, nameof(options));
    }

    /// <summary>The directory.</summary>
    public string Path { get; }

    /// <summary>Looks through the directory and clears up. Blocks for as long as reading and writing take; throws nothing for what it finds on the disk.</summary>
    /// <param name="isDryRun">Only says what it would do, and changes nothing.</param>
    public ReapReport Run(bool isDryRun = false)
    {
        if (!LinuxFiles.IsSupported)
        {
            return new ReapReport(ReapStatus.Unsupported, isDryRun, [], "Reaping needs Linux on x86-64 or arm64.");
        }

        if (!Directory.Exists(Path))
        {
            return new ReapReport(ReapStatus.Unreachable, isDryRun, [], $"'{Path}' is not a directory.");
        }

        if (isDryRun)
        {
            return Guarded(isDryRun, () => Survey(new ProcessTable(_options.ProcessFolder)), static () => "");
        }

        FileStream gate;
        try
        {
            // Held by the kernel for as long as this process lives: a kill frees it.
            gate = new FileStream(In(ReaperFiles.Lock), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException e)
        {
            return new ReapReport(ReapStatus.Unreachable, isDryRun, [], e.Message);
        }
        catch (IOException e)
        {
            return new ReapReport(ReapStatus.Locked, isDryRun, [], $"Another reaper is at work: {e.Message}");
        }

        using (gate)
        {
            var message = "";
            return Guarded(
                isDryRun,
                () =>
                {
                    message = Recover();
                    return Reap();
                },
                () => message);
        }
    }

    private static ReapReport Guarded(bool isDryRun, Func<List<Candidate>> run, Func<string> message)
    {
        try
        {
            var files = run();
            return new ReapReport(ReapStatus.Done, isDryRun, [.. files.Select(f => new ReapedFile(f.Name, f.Outcome, f.Bytes))], message());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new ReapReport(ReapStatus.Failed, isDryRun, [], e.Message);
        }
    }

    private List<Candidate> Reap()
    {
        var processes = new ProcessTable(_options.ProcessFolder);
        var files = Survey(processes);
        foreach (var type in ReaperFiles.FoldedTypes)
        {
            Fold(type, files, processes);
        }

        foreach (var file in files.Where(f => f.Outcome == ReapOutcome.Removed))
        {
            // Looked at again: the survey may be seconds old by now.
            if (Judge(file, processes) is { } left)
            {
                file.Outcome = left;
                continue;
            }

            Step("remove");
            Delete(file);
        }

        return files;
    }

    /// <summary>Lists the directory and says of each file what is to become of it.</summary>
    private List<Candidate> Survey(ProcessTable processes)
    {
        var files = new List<Candidate>();
        foreach (var path in Directory.EnumerateFileSystemEntries(Path, "*.db"))
        {
            var name = System.IO.Path.GetFileName(path);
            if (name[0] != '.' && LinuxFiles.TryStatus(ZeroTerminated(path), out var status))
            {
                files.Add(new Candidate(name, path, status));
            }
        }

        files.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        foreach (var file in files)
        {
            file.Outcome = Sort(file);
        }

        foreach (var process in files.Where(f => f.Outcome is ReapOutcome.Folded or ReapOutcome.Removed).GroupBy(f => f.Pid))
        {
            // All files of a process live or die together.
            var left = process.Select(f => Judge(f, processes)).FirstOrDefault(o => o is not null);
            foreach (var file in process)
            {
                file.Outcome = left ?? file.Outcome;
            }
        }

        var known = new HashSet<byte[]>(Utf8Comparer.Instance);
        foreach (var type in ReaperFiles.FoldedTypes)
        {
            var count = 0;
            foreach (var file in files.Where(f => f.Outcome == ReapOutcome.Folded && f.Type == type))
            {
                file.Outcome = count++ >= _options.MaxFiles ? ReapOutcome.Later
                    : StrictFile.Read(file.Path, type, known) is null ? ReapOutcome.Unreadable
                    : ReapOutcome.Folded;
            }
        }

        return files;
    }

    /// <summary>What its name alone says: what would become of it if its process were dead.</summary>
    private static ReapOutcome Sort(Candidate file)
    {
        if (ReaperFiles.IsArchive(file.Name))
        {
            return ReapOutcome.Archive;
        }

        if (!file.Status.IsFile || !MultiprocessFileName.TryParse(file.Name, out var parsed))
        {
            return ReapOutcome.Foreign;
        }

        file.Type = parsed.Type;
        var isGauge = parsed.Type == MetricType.Gauge;
        if (!isGauge && !ReaperFiles.FoldedTypes.Contains(parsed.Type))
        {
            return ReapOutcome.Foreign;
        }

        var parts = file.Name[..^MultiprocessFileName.Extension.Length].Split('_');
        if (parts.Length != (isGauge ? 3 : 2)
            || !int.TryParse(parts[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
            || pid <= 0 || parts[^1][0] == '0')
        {
            return ReapOutcome.CustomIdentifier;
        }

        file.Pid = pid;
        if (!isGauge)
        {
            return ReapOutcome.Folded;
        }

        return GaugeModes.TryParse(parts[1], out var mode) && GaugeModes.IsLive(mode) ? ReapOutcome.Removed : ReapOutcome.LastingGauge;
    }

    private string In(string name) => System.IO.Path.Combine(Path, name);

    private void Step(string name) => _options.BeforeStep?.Invoke(name);

    private static byte[] ZeroTerminated(string path) => System.Text.Encoding.UTF8.GetBytes(path + '\0');

    /// <summary>Deletes the very file that was judged, not one that has come to its name since.</summary>
    private static void Delete(Candidate file)
    {
        if (LinuxFiles.TryStatus(ZeroTerminated(file.Path), out var status) && status.IsSame(file.Status))
        {
            File.Delete(file.Path);
        }
    }

    private sealed class Candidate(string name, string path, FileStatus status)
    {
        internal string Name { get; } = name;

        internal string Path { get; } = path;

        internal FileStatus Status { get; } = status;

        internal long Bytes => Status.Size;

        internal MetricType Type { get; set; }

        internal int Pid { get; set; }

        internal ReapOutcome Outcome { get; set; }

        internal byte[]? Digest { get; set; }
    }
}
