namespace DynamoAspire.KvEvents.Index;

/// <summary>Outcome of applying an event; <see cref="KvIndexStatuses.Label"/> gives the metric label.</summary>
public enum KvIndexStatus
{
    /// <summary>Applied.</summary>
    Ok = 0,

    /// <summary>The parent is not among the worker-rank's blocks: nothing was stored.</summary>
    ParentBlockNotFound,

    /// <summary>Some of the removed blocks were not there; the others were removed.</summary>
    BlockNotFound,

    /// <summary>A block names itself as its parent: the chain was stored up to there.</summary>
    InvalidBlock,

    /// <summary>The index is full: the chain was stored up to there.</summary>
    OverCapacity,
}

/// <summary>Stable names of the outcomes.</summary>
public static class KvIndexStatuses
{
    /// <summary>Number of outcomes, for arrays indexed by outcome.</summary>
    public const int Count = (int)KvIndexStatus.OverCapacity + 1;

    /// <summary>Name used as a metric label.</summary>
    public static string Label(KvIndexStatus status) => status switch
    {
        KvIndexStatus.Ok => "ok",
        KvIndexStatus.ParentBlockNotFound => "parent_block_not_found",
        KvIndexStatus.BlockNotFound => "block_not_found",
        KvIndexStatus.InvalidBlock => "invalid_block",
        KvIndexStatus.OverCapacity => "over_capacity",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "No such status."),
    };
}
