using System.Buffers.Binary;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Multiprocess.Reading;

namespace DynamoAspire.Metrics.Multiprocess.Reaping;

/// <summary>
/// Folding: write the archive anew under a hidden name, write the journal, rename the archive to its place, delete what it replaces, delete the journal. Each of these is whole or has not
/// happened; the rename is the moment at which the values move.
/// </summary>
public sealed partial class MultiprocessReaper
{
    private const int OwnerReadWrite = 0x180;

    private void Fold(MetricType type, List<Candidate> files, ProcessTable processes)
    {
        var folded = files.Where(f => f.Type == type && f.Outcome == ReapOutcome.Folded).ToList();
        if (folded.Count == 0)
        {
            return;
        }

        var archive = ReaperFiles.Archive(type);
        if (Sum(type, archive, files) is not { } sums)
        {
            // An archive that cannot be read must not be written over.
            folded.ForEach(f => f.Outcome = ReapOutcome.Unreadable);
            return;
        }

        // Last look, as close to the rename as can be: a process of the same id may have come and gone on with a file.
        folded = files.Where(f => f.Type == type && f.Outcome == ReapOutcome.Folded).ToList();
        var risen = false;
        foreach (var file in folded)
        {
            if (Judge(file, processes) is { } left)
            {
                file.Outcome = left;
                risen = true;
            }
            else if (!file.Digest.AsSpan().SequenceEqual(StrictFile.DigestOf(file.Path)))
            {
                file.Outcome = ReapOutcome.Alive;
                risen = true;
            }
        }

        if (risen)
        {
            Fold(type, files, processes);
            return;
        }

        Step("draft");
        var status = WriteDraft(sums, folded[0].Status);
        var journal = new ReapJournal(archive, status.Inode, status.Device, folded.ToDictionary(f => f.Name, f => f.Status.Inode, StringComparer.Ordinal));
        Step("journal");
        WriteWhole(In(ReaperFiles.JournalDraft), System.Text.Encoding.UTF8.GetBytes(journal.ToText()));
        Step("journal-rename");
        File.Move(In(ReaperFiles.JournalDraft), In(ReaperFiles.Journal), overwrite: true);
        FlushDirectory();
        Step("rename");
        File.Move(In(ReaperFiles.Draft), In(archive), overwrite: true);
        FlushDirectory();
        foreach (var file in folded)
        {
            Step("delete");
            Delete(file);
        }

        FlushDirectory();
        Step("journal-delete");
        File.Delete(In(ReaperFiles.Journal));
    }

    /// <summary>Adds up the files of a type in the order in which a collector takes them; null if the archive so far cannot be read.</summary>
    private static Archived? Sum(MetricType type, string archive, List<Candidate> files)
    {
        var known = new HashSet<byte[]>(Utf8Comparer.Instance);
        var sums = new ArchiveSums();
        var hasTimestamps = false;
        foreach (var file in files.Where(f => f.Name == archive || (f.Type == type && f.Status.IsFile)))
        {
            var content = StrictFile.Read(file.Path, type, known);
            if (file.Name == archive)
            {
                if (content is null)
                {
                    return null;
                }
            }
            else if (content is null)
            {
                // One that is left adds the same with and without the folding; one that was to be folded is left now.
                file.Outcome = file.Outcome == ReapOutcome.Folded ? ReapOutcome.Unreadable : file.Outcome;
                continue;
            }

            file.Digest = content.Digest;

            // Every reader must be able to read the archive: where there are files of the second generation, readers are of it too.
            hasTimestamps |= content.HasTimestamps && content.Entries.Count > 0;
            foreach (var (key, value) in content.Entries)
            {
                sums.Add(key, value, file.Name == archive || file.Outcome == ReapOutcome.Folded, string.CompareOrdinal(file.Name, archive) > 0);
            }
        }

        return new Archived(sums, hasTimestamps);
    }

    /// <summary>Writes the archive under its hidden name, for the same readers as the files that it replaces.</summary>
    private FileStatus WriteDraft(Archived archived, in FileStatus model)
    {
        var bytes = new MemoryStream();
        bytes.Write(new byte[MultiprocessLayout.HeaderSize]);
        Span<byte> number = stackalloc byte[sizeof(double)];
        foreach (var (key, value) in archived.Sums.Entries())
        {
            BinaryPrimitives.WriteInt32LittleEndian(number, key.Length);
            bytes.Write(number[..MultiprocessLayout.LengthSize]);
            bytes.Write(key);
            for (var i = MultiprocessLayout.Padding(key.Length); i > 0; i--)
            {
                bytes.WriteByte((byte)' ');
            }

            BinaryPrimitives.WriteDoubleLittleEndian(number, value);
            bytes.Write(number);
            if (archived.HasTimestamps)
            {
                number.Clear();
                bytes.Write(number);
            }
        }

        if (bytes.Length > int.MaxValue)
        {
            throw new IOException($"The archive would be larger than the format can hold ({bytes.Length} bytes).");
        }

        var content = bytes.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(content, content.Length);
        var path = In(ReaperFiles.Draft);
        WriteWhole(path, content);
        LinuxFiles.SetOwner(ZeroTerminated(path), model.Owner, model.Group);
        LinuxFiles.SetPermissions(ZeroTerminated(path), (model.Permissions & 0x1FF) | OwnerReadWrite);
        return LinuxFiles.TryStatus(ZeroTerminated(path), out var status) ? status : throw new IOException($"'{path}' went away.");
    }

    private void WriteWhole(string path, byte[] content)
    {
        using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read);
        file.Write(content);
        file.Flush(flushToDisk: _options.IsDurable);
    }

    /// <summary>Finishes or takes back what a run that was killed had begun; says what, for people.</summary>
    private string Recover()
    {
        var said = "";
        if (File.Exists(In(ReaperFiles.Journal)))
        {
            if (ReapJournal.Parse(File.ReadAllText(In(ReaperFiles.Journal))) is { } journal && IsInPlace(journal))
            {
                foreach (var (name, inode) in journal.Files)
                {
                    var path = In(name);
                    if (LinuxFiles.TryStatus(ZeroTerminated(path), out var status) && status.Inode == inode)
                    {
                        Step("recover-delete");
                        File.Delete(path);
                    }
                }

                FlushDirectory();
                said = "Finished what an earlier run had begun.";
            }
            else
            {
                said = "Took back what an earlier run had begun.";
            }

            Step("recover-journal");
            File.Delete(In(ReaperFiles.Journal));
        }

        File.Delete(In(ReaperFiles.JournalDraft));
        File.Delete(In(ReaperFiles.Draft));
        return said;
    }

    private void FlushDirectory()
    {
        if (_options.IsDurable)
        {
            LinuxFiles.FlushDirectory(ZeroTerminated(Path));
        }
    }

    private bool IsInPlace(ReapJournal journal) =>
        LinuxFiles.TryStatus(ZeroTerminated(In(journal.Archive)), out var status) && status.Inode == journal.Inode && status.Device == journal.Device;

    private sealed record Archived(ArchiveSums Sums, bool HasTimestamps);
}
