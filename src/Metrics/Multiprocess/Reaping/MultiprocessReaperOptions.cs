namespace DynamoAspire.Metrics.Multiprocess.Reaping;

/// <summary>What a <see cref="MultiprocessReaper"/> goes by.</summary>
public sealed record MultiprocessReaperOptions
{
    /// <summary>The defaults.</summary>
    public static MultiprocessReaperOptions Default { get; } = new();

    /// <summary>By what a process counts as dead.</summary>
    public ReapLiveness Liveness { get; init; } = ReapLiveness.ProcessId;

    /// <summary>Says that the ids in file names are process ids as this process sees them, where the file system cannot tell whether a file is in use.</summary>
    public bool SharedProcessIds { get; init; }

    /// <summary>With <see cref="ReapLiveness.Age"/>: how long all files of a process must have been left alone. Some file systems note writes through a mapping only after half a minute.</summary>
    public TimeSpan MinimumAge { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Most files of one type that one run folds; the rest is for the next run.</summary>
    public int MaxFiles { get; init; } = 10_000;

    /// <summary>Clock for <see cref="MinimumAge"/>.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Where processes are looked up.</summary>
    internal string ProcessFolder { get; init; } = "/proc";

    /// <summary>Called before each step that changes the disk; a test throws there to leave everything as a kill would.</summary>
    internal Action<string>? BeforeStep { get; init; }

    /// <summary>Whether the steps are brought to the disk in their order, so that also a loss of power leaves the totals right; off in tests of many runs.</summary>
    internal bool IsDurable { get; init; } = true;

    /// <summary>Stands in for the kernel's answer to "does anybody have it open for writing" where a test needs one of its own.</summary>
    internal Func<string, FileUse>? FileUse { get; init; }
}
