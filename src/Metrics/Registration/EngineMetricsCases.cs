namespace DynamoAspire.Metrics.Registration;

/// <summary>Stable names of the cases, for labels, and what each means in words.</summary>
public static class EngineMetricsCases
{
    /// <summary>All cases.</summary>
    public static IReadOnlyList<EngineMetricsCase> All { get; } = Enum.GetValues<EngineMetricsCase>();

    /// <summary>The name as a label value.</summary>
    public static string Name(this EngineMetricsCase value) => value switch
    {
        EngineMetricsCase.DirectoryUnset => "directory_unset",
        EngineMetricsCase.DirectoryEmpty => "directory_empty",
        EngineMetricsCase.FilesOnly => "files_only",
        EngineMetricsCase.FilesAndMemory => "files_and_memory",
        EngineMetricsCase.DirectoryMissing => "directory_missing",
        EngineMetricsCase.NotADirectory => "not_a_directory",
        EngineMetricsCase.DirectoryUnreadable => "directory_unreadable",
        _ => throw new ArgumentOutOfRangeException(nameof(value), value, "No such case."),
    };

    /// <summary>Whether somebody should do something about it.</summary>
    public static bool IsWarning(this EngineMetricsCase value) =>
        value is EngineMetricsCase.DirectoryMissing or EngineMetricsCase.NotADirectory or EngineMetricsCase.DirectoryUnreadable;

    /// <summary>What it means, and what to do about it if something is to be done.</summary>
    public static string Explain(this EngineMetricsCase value, string? directory) => value switch
    {
        EngineMetricsCase.DirectoryUnset => $"{MultiprocessVariable.Name} is not set: the metrics are those of one process's memory. Set it before the engine starts if the engine has several processes.",
        EngineMetricsCase.DirectoryEmpty => $"'{directory}' holds no file with engine metrics yet: the metrics are those of one process's memory. If it stays so, the engine was started without {MultiprocessVariable.Name}, or with another one.",
        EngineMetricsCase.FilesOnly => $"The metrics are those of all processes that write into '{directory}'.",
        EngineMetricsCase.FilesAndMemory => $"The metrics are those of all processes that write into '{directory}'; the same families of one process's memory are left out.",
        EngineMetricsCase.DirectoryMissing => $"'{directory}' does not exist: the metrics are those of one process's memory. Create it before the engine starts, or correct {MultiprocessVariable.Name}.",
        EngineMetricsCase.NotADirectory => $"'{directory}' is not a directory: the metrics are those of one process's memory. Correct {MultiprocessVariable.Name}, or remove what is there.",
        EngineMetricsCase.DirectoryUnreadable => $"'{directory}' cannot be listed: the metrics are those of one process's memory. Run as the user who owns it, or allow reading it (chmod o+rx).",
        _ => throw new ArgumentOutOfRangeException(nameof(value), value, "No such case."),
    };
}
