using System.Globalization;

namespace DynamoAspire.Metrics.Multiprocess.Reaping;

/// <summary>The running processes, as far as <c>/proc</c> shows them.</summary>
internal sealed class ProcessTable(string folder)
{
    // The kernel counts in hundredths of a second for user programs on every architecture that is supported here.
    private const double TicksPerSecond = 100;

    private readonly double _boot = ReadBoot(folder);

    /// <summary>Whether process ids can be looked up at all.</summary>
    internal bool IsUsable => !double.IsNaN(_boot);

    /// <summary>Unix seconds at which the running process of the id was started; null if none runs. NaN if it cannot be told.</summary>
    internal double? StartOf(int pid)
    {
        string stat;
        try
        {
            stat = File.ReadAllText(Path.Combine(folder, pid.ToString(CultureInfo.InvariantCulture), "stat"));
        }
        catch (Exception e) when (e is DirectoryNotFoundException or FileNotFoundException)
        {
            return null;
        }
        catch (IOException)
        {
            // ESRCH: it ended between opening and reading. Whatever else: do not call it dead.
            return Directory.Exists(Path.Combine(folder, pid.ToString(CultureInfo.InvariantCulture))) ? double.NaN : null;
        }
        catch (UnauthorizedAccessException)
        {
            return double.NaN;
        }

        // pid (name) state ppid … starttime: the name may hold anything, so fields are counted from the last bracket. Field 3 is the state, field 22 the start in ticks since boot.
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length > 0 && fields[0] is "Z" or "X")
        {
            return null;
        }

        return fields.Length > 19 && double.TryParse(fields[19], CultureInfo.InvariantCulture, out var ticks) ? _boot + (ticks / TicksPerSecond) : double.NaN;
    }

    /// <summary>Whether the process has the file of this inode mapped; null if that cannot be seen.</summary>
    internal bool? Maps(int pid, string name, ulong inode)
    {
        try
        {
            // address perms offset dev inode path
            var number = inode.ToString(CultureInfo.InvariantCulture);
            foreach (var line in File.ReadLines(Path.Combine(folder, pid.ToString(CultureInfo.InvariantCulture), "maps")))
            {
                if (line.Contains(name, StringComparison.Ordinal) && line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries) is [_, _, _, _, var field, ..] && field == number)
                {
                    return true;
                }
            }

            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static double ReadBoot(string folder)
    {
        try
        {
            var line = File.ReadLines(Path.Combine(folder, "stat")).FirstOrDefault(l => l.StartsWith("btime ", StringComparison.Ordinal));
            return line is not null && double.TryParse(line["btime ".Length..], CultureInfo.InvariantCulture, out var seconds) ? seconds : double.NaN;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return double.NaN;
        }
    }
}
