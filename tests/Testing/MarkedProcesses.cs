using System.Globalization;

namespace DynamoAspire.Testing;

/// <summary>Finds all living processes that carry a mark in their environment: what a test started, and whatever that started. Linux only.</summary>
public sealed class MarkedProcesses
{
    private const string Name = "DYNAMO_ASPIRE_TEST_MARK";
    private readonly string _mark = Guid.NewGuid().ToString("N");

    /// <summary>Variables for the first process.</summary>
    public Dictionary<string, string?> Environment => new() { [Name] = _mark };

    /// <summary>Ids and command lines of those that live now.</summary>
    public IReadOnlyList<(int Id, string CommandLine)> Living()
    {
        var found = new List<(int, string)>();
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                continue;
            }

            try
            {
                // A zombie has ended; only its parent has not noticed yet.
                if (File.ReadAllText(Path.Combine(directory, "environ")).Contains($"{Name}={_mark}", StringComparison.Ordinal)
                    && !File.ReadAllText(Path.Combine(directory, "stat")).Contains(") Z ", StringComparison.Ordinal))
                {
                    found.Add((id, File.ReadAllText(Path.Combine(directory, "cmdline")).Replace('\0', ' ').Trim()));
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Ended while we looked, or somebody else's.
            }
        }

        return found;
    }

    /// <summary>Kills what is left, by id.</summary>
    public void KillLeftovers()
    {
        foreach (var (id, _) in Living())
        {
            try
            {
                using var process = System.Diagnostics.Process.GetProcessById(id);
                process.Kill();
            }
            catch (Exception e) when (e is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
            {
                // Ended meanwhile.
            }
        }
    }
}
