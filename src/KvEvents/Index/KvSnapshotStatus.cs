namespace DynamoAspire.KvEvents.Index;

/// <summary>Outcome of reading a snapshot; anything but <see cref="Ok"/> leaves the index as it was.</summary>
public enum KvSnapshotStatus
{
    /// <summary>Read.</summary>
    Ok = 0,

    /// <summary>Not a snapshot of an index.</summary>
    NotASnapshot,

    /// <summary>Written by a newer program.</summary>
    UnsupportedVersion,

    /// <summary>Of another worker-rank.</summary>
    OtherWorker,

    /// <summary>Cut off or changed: its checksum is wrong.</summary>
    Damaged,

    /// <summary>More blocks than the index may hold.</summary>
    TooLarge,
}
