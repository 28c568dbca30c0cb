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
