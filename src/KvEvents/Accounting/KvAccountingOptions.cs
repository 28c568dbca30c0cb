namespace DynamoAspire.KvEvents.Accounting;

/// <summary>Precision and bounds of <see cref="KvAccounting"/>.</summary>
public sealed record KvAccountingOptions
{
    /// <summary>The defaults.</summary>
    public static KvAccountingOptions Default { get; } = new();

    /// <summary>One block in 2^this, chosen by its hash, is followed for life times and reuse distances; 0 follows all.</summary>
    public int SampleShift { get; init; } = 4;

    /// <summary>Most blocks followed at once of each kind; beyond it new ones are not followed.</summary>
    public int MaxSamples { get; init; } = 1 << 16;

    /// <summary>Prefixes told as the hottest.</summary>
    public int HotPrefixes { get; init; } = 20;
}
