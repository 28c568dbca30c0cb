namespace DynamoAspire.KvEvents.Index;

/// <summary>How long an assumption stands and how many there may be. The defaults are those of Dynamo's router.</summary>
public sealed record ApproximateIndexOptions
{
    /// <summary>The defaults.</summary>
    public static ApproximateIndexOptions Default { get; } = new();

    /// <summary>A block is assumed to be held for so long after it was last routed (<c>router_ttl_secs</c>).</summary>
    public TimeSpan TimeToLive { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>Most blocks over all worker-ranks (<c>router_max_tree_size</c>).</summary>
    public int MaxBlocks { get; init; } = 1 << 20;

    /// <summary>Beyond the bound, what was routed least lately goes until this share of it is left.</summary>
    public double PruneTo { get; init; } = 0.8;
}
