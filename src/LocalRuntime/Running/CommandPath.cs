namespace DynamoAspire.LocalRuntime.Running;

/// <summary>Finds programs as a shell would.</summary>
internal static class CommandPath
{
    /// <summary>Full path of a command, or null.</summary>
    public static string? Find(string command)
    {
        if (command.Contains(Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            return IsExecutable(command) ? command : null;
        }

        // Servers are often in sbin, which is not on every user's PATH.
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        string[] extensions = OperatingSystem.IsWindows() ? [".exe", ".cmd", ".bat"] : [""];
        return folders.Concat(OperatingSystem.IsWindows() ? [] : ["/usr/local/sbin", "/usr/sbin", "/sbin"])
            .SelectMany(folder => extensions.Select(extension => Path.Combine(folder, command + extension)))
            .FirstOrDefault(IsExecutable);
    }

    private static bool IsExecutable(string path) =>
        File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0);
}
