using System.Globalization;
using System.Text;

namespace DynamoAspire.Metrics.Multiprocess.Reaping;

/// <summary>
/// Says which files an archive replaces, from before it takes its place until they are gone: while the archive of this inode stands at its name, the files named here, of these inodes,
/// do not count; while it does not, nothing has happened yet.
/// </summary>
internal sealed record ReapJournal(string Archive, ulong Inode, ulong Device, IReadOnlyDictionary<string, ulong> Files)
{
    private const string First = "dynamo-aspire-reaper 1";
    private const string Last = "end";

    internal string ToText()
    {
        var text = new StringBuilder();
        text.Append(First).Append('\n');
        text.Append(CultureInfo.InvariantCulture, $"archive {Inode} {Device} {Archive}\n");
        foreach (var (name, inode) in Files)
        {
            text.Append(CultureInfo.InvariantCulture, $"file {inode} {name}\n");
        }

        return text.Append(Last).Append('\n').ToString();
    }

    /// <summary>Reads a journal; null for one that is not whole, which counts as none.</summary>
    internal static ReapJournal? Parse(string text)
    {
        var lines = text.Split('\n');
        if (lines.Length < 4 || lines[0] != First || lines[^2] != Last || lines[^1].Length > 0
            || lines[1].Split(' ') is not ["archive", var inode, var device, var archive]
            || !ulong.TryParse(inode, CultureInfo.InvariantCulture, out var archiveInode)
            || !ulong.TryParse(device, CultureInfo.InvariantCulture, out var archiveDevice))
        {
            return null;
        }

        var files = new Dictionary<string, ulong>(StringComparer.Ordinal);
        foreach (var line in lines[2..^2])
        {
            if (line.Split(' ', 3) is not ["file", var number, var name] || !ulong.TryParse(number, CultureInfo.InvariantCulture, out var fileInode))
            {
                return null;
            }

            files[name] = fileInode;
        }

        return new ReapJournal(archive, archiveInode, archiveDevice, files);
    }
}
