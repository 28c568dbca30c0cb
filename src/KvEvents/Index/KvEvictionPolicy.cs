namespace DynamoAspire.KvEvents.Index;

/// <summary>What an index does when it is full. Either way a worker then matches less than it holds, never more.</summary>
public enum KvEvictionPolicy
{
    /// <summary>Stores up to the bound and refuses the rest of the chain: what is known stays known.</summary>
    RefuseNew = 0,

    /// <summary>Forgets what was stored first. Takes up to 32 bytes more per block, for the order.</summary>
    OldestFirst,
}
