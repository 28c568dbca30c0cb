namespace DynamoAspire.Metrics.Multiprocess.Reaping;

/// <summary>What a run of the reaper did with a file, or in a dry run would do.</summary>
public enum ReapOutcome
{
    /// <summary>Its values are in the archive now, and the file is gone.</summary>
    Folded,

    /// <summary>A live gauge of a dead process: deleted.</summary>
    Removed,

    /// <summary>Left: its process lives.</summary>
    Alive,

    /// <summary>Left: changed too short a time ago.</summary>
    TooYoung,

    /// <summary>Left: whether its process lives cannot be told.</summary>
    Unknown,

    /// <summary>Left: a gauge that is reported after its process's end too.</summary>
    LastingGauge,

    /// <summary>Left: its identifier is no process id.</summary>
    CustomIdentifier,

    /// <summary>Left: another program's file.</summary>
    Foreign,

    /// <summary>Left: it cannot be read as a whole.</summary>
    Unreadable,

    /// <summary>Left: more files than one run takes.</summary>
    Later,

    /// <summary>The archive itself.</summary>
    Archive,
}
