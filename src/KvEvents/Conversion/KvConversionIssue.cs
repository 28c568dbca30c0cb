namespace DynamoAspire.KvEvents.Conversion;

/// <summary>What was odd about a converted event; <see cref="KvConversionIssues.Label"/> gives the metric label.</summary>
public enum KvConversionIssue
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The event's block size is not the configured one: its blocks were not converted.</summary>
    BlockSizeMismatch,

    /// <summary>Fewer tokens than blocks × block size: the blocks that lack tokens were not converted.</summary>
    TooFewTokens,

    /// <summary>The multimodal information could not be read: the blocks from there on were not converted.</summary>
    InvalidMediaInfo,
}

/// <summary>Stable names of the issues.</summary>
public static class KvConversionIssues
{
    /// <summary>Number of issues, for arrays indexed by issue.</summary>
    public const int Count = (int)KvConversionIssue.InvalidMediaInfo + 1;

    /// <summary>Name used as a metric label.</summary>
    public static string Label(KvConversionIssue issue) => issue switch
    {
        KvConversionIssue.None => "none",
        KvConversionIssue.BlockSizeMismatch => "block_size_mismatch",
        KvConversionIssue.TooFewTokens => "too_few_tokens",
        KvConversionIssue.InvalidMediaInfo => "invalid_media_info",
        _ => throw new ArgumentOutOfRangeException(nameof(issue), issue, "No such issue."),
    };
}
