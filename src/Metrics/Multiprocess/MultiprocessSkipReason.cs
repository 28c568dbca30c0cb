namespace DynamoAspire.Metrics.Multiprocess;

/// <summary>Why a file, or a part of it, is missing from a collection.</summary>
public enum MultiprocessSkipReason
{
    /// <summary>Just created or emptied: no header yet.</summary>
    ZeroLength,

    /// <summary>It ends, or claims to end, within an entry. What stands before that is reported.</summary>
    Torn,

    /// <summary>A key is not what the format says. The other entries are reported.</summary>
    BadKey,

    /// <summary>Its name is not one of this format: another program's file.</summary>
    ForeignName,

    /// <summary>It could not be opened or read.</summary>
    Unreadable,

    /// <summary>It was removed between listing and opening.</summary>
    Vanished,

    /// <summary>A directory, pipe or device.</summary>
    NotAFile,

    /// <summary>More bytes in use than <see cref="MultiprocessDirectoryOptions.MaxFileBytes"/>.</summary>
    TooLarge,

    /// <summary>More files than <see cref="MultiprocessDirectoryOptions.MaxFiles"/>.</summary>
    TooMany,
}
