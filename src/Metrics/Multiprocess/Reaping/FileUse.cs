namespace DynamoAspire.Metrics.Multiprocess.Reaping;

/// <summary>Whether a process of this machine has a file open for writing, or mapped so.</summary>
internal enum FileUse
{
    Free,
    InUse,

    /// <summary>The file system does not say, or not to this user.</summary>
    Unknown,
}
