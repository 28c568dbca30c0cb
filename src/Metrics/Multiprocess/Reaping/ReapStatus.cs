namespace DynamoAspire.Metrics.Multiprocess.Reaping;

/// <summary>How a run of the reaper went.</summary>
public enum ReapStatus
{
    /// <summary>To its end.</summary>
    Done,

    /// <summary>Another reaper is at work in the directory.</summary>
    Locked,

    /// <summary>The directory is missing or cannot be listed or written.</summary>
    Unreachable,

    /// <summary>This system lacks what a safe run needs (Linux on x86-64 or arm64).</summary>
    Unsupported,

    /// <summary>It stopped at an error; no total has changed, and what was begun is finished or taken back by the next run.</summary>
    Failed,
}
