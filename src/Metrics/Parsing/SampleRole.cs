namespace DynamoAspire.Metrics.Parsing;

/// <summary>What a sample is to its family, by the type of the one and the suffix of the other.</summary>
internal enum SampleRole : byte
{
    /// <summary>Not of the family.</summary>
    None,

    /// <summary>The value itself: of a gauge, of something unknown, of anything without suffix in the older text.</summary>
    Value,

    /// <summary><c>_total</c> of a counter; in the older text its name as it is.</summary>
    Total,

    /// <summary><c>_created</c>.</summary>
    Created,

    /// <summary><c>_bucket</c>.</summary>
    Bucket,

    /// <summary><c>_count</c>, of a gauge histogram <c>_gcount</c>.</summary>
    Count,

    /// <summary><c>_sum</c>.</summary>
    Sum,

    /// <summary><c>_gsum</c>.</summary>
    GaugeSum,

    /// <summary>A quantile of a summary.</summary>
    Quantile,

    /// <summary><c>_info</c>.</summary>
    Info,

    /// <summary>One state of a state set.</summary>
    State,
}
