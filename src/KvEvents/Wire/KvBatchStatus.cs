namespace DynamoAspire.KvEvents.Wire;

/// <summary>Outcome of decoding a batch; <see cref="KvBatchStatuses.Label"/> gives the metric label.</summary>
public enum KvBatchStatus
{
    /// <summary>Decoded; single events may have been left out.</summary>
    Ok = 0,

    /// <summary>Neither an array of two or more nor a map with events.</summary>
    NotABatch,

    /// <summary>The payload ends within the batch: what was decoded is only a part and must not be taken for the whole.</summary>
    Truncated,

    /// <summary>Not MessagePack, or nested too deep, or with longer texts than allowed.</summary>
    Malformed,

    /// <summary>More events, hashes or tokens than <see cref="KvDecodeLimits"/> allow.</summary>
    TooLarge,
}

/// <summary>Stable names of the outcomes.</summary>
public static class KvBatchStatuses
{
    /// <summary>Number of outcomes, for arrays indexed by outcome.</summary>
    public const int Count = (int)KvBatchStatus.TooLarge + 1;

    /// <summary>Name used as a metric label and in messages.</summary>
    public static string Label(KvBatchStatus status) => status switch
    {
        KvBatchStatus.Ok => "ok",
        KvBatchStatus.NotABatch => "not_a_batch",
        KvBatchStatus.Truncated => "truncated",
        KvBatchStatus.Malformed => "malformed",
        KvBatchStatus.TooLarge => "too_large",
        _ => throw new ArgumentOutOfRangeException(nameof(status), status, "No such status."),
    };
}
