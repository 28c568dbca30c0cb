using System.Text;
using DynamoAspire.Metrics.Multiprocess.Reaping;

namespace DynamoAspire.Metrics.Multiprocess.Reading;

/// <summary>
/// Keeps a reaper at work from falsifying a collection. Looked at in this order: which archives stand there, then the journal, then the listing, then the files, then the archives again.
/// If they are the same ones, none came to its place meanwhile: what the journal names is in an archive, everything else is in its own file. Otherwise the collection is repeated.
/// </summary>
internal sealed class ReapWatch(string directory)
{
    private readonly byte[][] _archives = [.. ReaperFiles.FoldedTypes.Select(t => ZeroTerminated(directory, ReaperFiles.Archive(t)))];
    private readonly FileStatus[] _before = new FileStatus[ReaperFiles.FoldedTypes.Count];
    private readonly byte[] _journal = ZeroTerminated(directory, ReaperFiles.Journal);
    private readonly string _journalPath = System.IO.Path.Combine(directory, ReaperFiles.Journal);
    private IReadOnlyDictionary<string, ulong>? _folded;

    internal void Begin()
    {
        _folded = null;
        if (!LinuxFiles.IsSupported)
        {
            return;
        }

        for (var i = 0; i < _archives.Length; i++)
        {
            _before[i] = Status(_archives[i]);
        }

        if (LinuxFiles.TryStatus(_journal, out _) && Read() is { } journal)
        {
            foreach (var archive in _before)
            {
                // Only the archive of this inode holds what the journal names; before it is there nothing has happened.
                if (archive.Inode == journal.Inode && archive.Device == journal.Device)
                {
                    _folded = journal.Files;
                }
            }
        }
    }

    /// <summary>Whether a listed file is in an archive already.</summary>
    internal bool IsFolded(ReadOnlySpan<byte> name, ulong inode) =>
        _folded is not null && _folded.TryGetValue(Encoding.UTF8.GetString(name), out var folded) && folded == inode;

    /// <summary>Whether what was read since <see cref="Begin"/> belongs together.</summary>
    internal bool IsConsistent()
    {
        if (!LinuxFiles.IsSupported)
        {
            return true;
        }

        for (var i = 0; i < _archives.Length; i++)
        {
            if (Status(_archives[i]) != _before[i])
            {
                return false;
            }
        }

        return true;
    }

    private static FileStatus Status(byte[] path) => LinuxFiles.TryStatus(path, out var status) ? status : default;

    private static byte[] ZeroTerminated(string directory, string name) => Encoding.UTF8.GetBytes(System.IO.Path.Combine(directory, name) + '\0');

    private ReapJournal? Read()
    {
        try
        {
            return ReapJournal.Parse(File.ReadAllText(_journalPath));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Gone again: that run is over. Not readable: its writer must give it the rights of the files.
            return null;
        }
    }
}
