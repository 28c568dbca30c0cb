namespace DynamoAspire.Metrics.Registration;

/// <summary>Where an engine's metrics were found in the last collection.</summary>
public enum EngineMetricsCase
{
    /// <summary>No directory is set: the memory of one process is all there is.</summary>
    DirectoryUnset,

    /// <summary>The directory holds no family that the filter lets through: the engine has not written yet, or writes elsewhere. Memory is reported.</summary>
    DirectoryEmpty,

    /// <summary>The directory has the engine's families, and memory has none of them.</summary>
    FilesOnly,

    /// <summary>Both have the same families: those of the files are reported, which add up all processes.</summary>
    FilesAndMemory,

    /// <summary>There is nothing at the path, and it was not to be, or could not be, made. Memory is reported.</summary>
    DirectoryMissing,

    /// <summary>The path is something else than a directory. Memory is reported.</summary>
    NotADirectory,

    /// <summary>The directory cannot be listed. Memory is reported.</summary>
    DirectoryUnreadable,
}
