namespace DynamoAspire.Metrics.Multiprocess;

/// <summary>What was found at the path in the last collection.</summary>
public enum MultiprocessDirectoryState
{
    /// <summary>Not collected yet.</summary>
    Unknown,

    /// <summary>A directory; with or without files.</summary>
    Present,

    /// <summary>Nothing.</summary>
    Missing,

    /// <summary>A file or something else.</summary>
    NotADirectory,

    /// <summary>It could not be listed.</summary>
    Unreadable,
}
