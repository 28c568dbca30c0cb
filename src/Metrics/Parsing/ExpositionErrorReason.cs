namespace DynamoAspire.Metrics.Parsing;

/// <summary>Why a line, or a whole body, is refused.</summary>
public enum ExpositionErrorReason
{
    /// <summary>It is not.</summary>
    None,

    /// <summary>Bytes that are not UTF-8.</summary>
    InvalidUtf8,

    /// <summary>A metric name is missing or holds a character that it may not.</summary>
    InvalidMetricName,

    /// <summary>A label name is missing or holds a character that it may not.</summary>
    InvalidLabelName,

    /// <summary>The braces, quotes, commas or equals signs of the labels do not add up.</summary>
    InvalidLabels,

    /// <summary>A label name stands twice in one series.</summary>
    DuplicateLabel,

    /// <summary>The value is missing or no number.</summary>
    InvalidValue,

    /// <summary>The timestamp is no number.</summary>
    InvalidTimestamp,

    /// <summary>The exemplar is malformed, or there where none may be.</summary>
    InvalidExemplar,

    /// <summary>Something stands behind the end of the line's grammar.</summary>
    TrailingText,

    /// <summary>A HELP, TYPE or UNIT line is malformed or names an unknown type.</summary>
    InvalidMetadata,

    /// <summary>Metadata of a family stands twice or behind its samples.</summary>
    MisplacedMetadata,

    /// <summary>The samples of a family are interrupted by those of another.</summary>
    InterleavedFamily,

    /// <summary>A series stands twice.</summary>
    DuplicateSeries,

    /// <summary>OpenMetrics text without <c># EOF</c> at its end: cut off.</summary>
    MissingEof,

    /// <summary>OpenMetrics text with something behind <c># EOF</c>.</summary>
    TextAfterEof,

    /// <summary>An empty line, which OpenMetrics does not have.</summary>
    BlankLine,

    /// <summary>The last line does not end: the body was cut off there, or its writer forgot.</summary>
    MissingLineFeed,

    /// <summary>A quote stands without a backslash in the help of OpenMetrics, or a backslash stands at its end.</summary>
    InvalidEscape,

    /// <summary>A name begins with an underscore, which OpenMetrics reserves.</summary>
    ReservedName,

    /// <summary>Samples of two families could bear the same name.</summary>
    NameClash,

    /// <summary>The name of a sample is not one that its family's type has.</summary>
    WrongSuffix,

    /// <summary>The samples of a metric are interrupted by those of another of its family.</summary>
    InterleavedMetric,

    /// <summary>A value that the type rules out: a negative count, an info that is not 1.</summary>
    ValueNotAllowed,

    /// <summary>A bucket without label <c>le</c>, or with one that is no number in canonical form.</summary>
    InvalidLe,

    /// <summary>The bounds of buckets do not rise.</summary>
    BucketOrder,

    /// <summary>A bucket counts less than the one below it.</summary>
    BucketsNotCumulative,

    /// <summary>A histogram without the bucket <c>+Inf</c>.</summary>
    MissingInfBucket,

    /// <summary>The count of a histogram is not that of its bucket <c>+Inf</c>.</summary>
    CountMismatch,

    /// <summary>A sum without a count, or a count without a sum.</summary>
    MissingCount,

    /// <summary>A sum beside buckets below zero, which is no counter any more.</summary>
    SumNotAllowed,

    /// <summary>A quantile that is no number from 0 to 1 in canonical form, or is missing.</summary>
    InvalidQuantile,

    /// <summary>A sample of a state set without the label that names its state.</summary>
    MissingState,

    /// <summary>The unit is not the end of the family's name, or the type has none.</summary>
    UnitMismatch,

    /// <summary>An exemplar on a sample that is neither a counter's total nor a bucket.</summary>
    MisplacedExemplar,

    /// <summary>Names and values of an exemplar's labels have more than 128 characters.</summary>
    ExemplarTooLong,

    /// <summary>The value of an exemplar is above the bound of its bucket.</summary>
    ExemplarOutsideBucket,

    /// <summary>The points of a metric do not follow each other in time.</summary>
    TimestampOrder,

    /// <summary>Some samples of a metric have a time and others have none.</summary>
    MixedTimestamps,

    /// <summary>More bytes than <see cref="ExpositionLimits.BodySize"/>.</summary>
    BodySizeLimit,

    /// <summary>More samples than <see cref="ExpositionLimits.Samples"/>.</summary>
    SampleLimit,

    /// <summary>More labels of a series than <see cref="ExpositionLimits.Labels"/>.</summary>
    LabelLimit,

    /// <summary>A label name longer than <see cref="ExpositionLimits.LabelNameLength"/>.</summary>
    LabelNameLengthLimit,

    /// <summary>A label value longer than <see cref="ExpositionLimits.LabelValueLength"/>.</summary>
    LabelValueLengthLimit,
}
