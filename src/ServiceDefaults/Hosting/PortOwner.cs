using System.Globalization;

namespace DynamoAspire.ServiceDefaults.Hosting;

/// <summary>Who listens on a TCP port, as far as /proc tells (Linux; other users' processes stay unknown without privileges).</summary>
public static class PortOwner
{
    private const string Listening = "0A";

    /// <summary>The process as <c>name (pid 123)</c>, or null if it cannot be found out.</summary>
    public static string? Find(int port)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        try
        {
            var inodes = Sockets("/proc/net/tcp", port).Concat(Sockets("/proc/net/tcp6", port)).Select(i => $"socket:[{i}]").ToHashSet(StringComparer.Ordinal);
            return inodes.Count == 0 ? null : Directory.EnumerateDirectories("/proc")
                .Where(d => int.TryParse(Path.GetFileName(d), NumberStyles.None, CultureInfo.InvariantCulture, out _))
                .Where(d => Holds(d, inodes))
                .Select(d => $"{File.ReadAllText(Path.Combine(d, "comm")).Trim()} (pid {Path.GetFileName(d)})")
                .FirstOrDefault();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A courtesy in an error message; the error itself is told anyway.
            return null;
        }
    }

    // Columns: sl local_address rem_address st tx:rx tr:tm retrnsmt uid timeout inode
    private static IEnumerable<string> Sockets(string table, int port)
    {
        var suffix = ":" + port.ToString("X4", CultureInfo.InvariantCulture);
        return File.Exists(table)
            ? File.ReadLines(table).Skip(1)
                .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(c => c.Length > 9 && c[3] == Listening && c[1].EndsWith(suffix, StringComparison.Ordinal))
                .Select(c => c[9])
            : [];
    }

    private static bool Holds(string process, HashSet<string> inodes)
    {
        try
        {
            return Directory.EnumerateFileSystemEntries(Path.Combine(process, "fd")).Any(fd => new FileInfo(fd).LinkTarget is { } target && inodes.Contains(target));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another user's process, or one that has just ended.
            return false;
        }
    }
}
