namespace DynamoAspire.KvEvents.StatRecords;

/// <summary>Outcome of reading a stat record; the names in lower case with underscores are metric label values.</summary>
public enum StatRecordStatus
{
    /// <summary>Read.</summary>
    Ok = 0,

    /// <summary>Not a MessagePack map, or cut off.</summary>
    Malformed,

    /// <summary>Another version than <see cref="StatRecord.CurrentVersion"/>.</summary>
    UnknownVersion,

    /// <summary>No engine name.</summary>
    MissingEngine,

    /// <summary>The rank is not an unsigned 32-bit integer.</summary>
    InvalidRank,
}
