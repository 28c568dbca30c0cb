namespace DynamoAspire.KvEvents.RouterEvents;

/// <summary>What happened to blocks.</summary>
public enum RouterEventKind
{
    /// <summary>Blocks entered the cache.</summary>
    Stored = 0,

    /// <summary>Blocks left the cache.</summary>
    Removed,

    /// <summary>The cache is empty.</summary>
    Cleared,
}
