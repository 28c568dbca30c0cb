namespace DynamoAspire.KvEvents.Wire;

/// <summary>Kind of an engine's event.</summary>
public enum KvEventKind
{
    /// <summary>BlockStored.</summary>
    Stored = 0,

    /// <summary>BlockRemoved.</summary>
    Removed,

    /// <summary>AllBlocksCleared.</summary>
    Cleared,
}
