namespace DynamoAspire.Metrics.Multiprocess.Reaping;

/// <summary>By what a process counts as dead.</summary>
public enum ReapLiveness
{
    /// <summary>
    /// Its process id, and when a running process of that id was started. Only where the reaper sees the same process ids as the writers. A file that some process has open for writing
    /// is never touched; where the file system cannot tell that, <see cref="MultiprocessReaperOptions.SharedProcessIds"/> must say that the ids are the same.
    /// </summary>
    ProcessId,

    /// <summary>None of its files has changed for <see cref="MultiprocessReaperOptions.MinimumAge"/>. For process ids that the reaper cannot see, as in other containers.</summary>
    Age,
}
