namespace DynamoAspire.Metrics.Parsing;

/// <summary>Stable names of the reasons, as values of the labels <c>reason</c> and <c>limit</c>.</summary>
public static class ExpositionErrorReasons
{
    /// <summary>All reasons but none.</summary>
    public static IReadOnlyList<ExpositionErrorReason> All { get; } = [.. Enum.GetValues<ExpositionErrorReason>().Skip(1)];

    /// <summary>Whether a whole scrape fails by it, as in Prometheus, rather than one line.</summary>
    public static bool IsLimit(this ExpositionErrorReason reason) => reason >= ExpositionErrorReason.BodySizeLimit;

    /// <summary>Name of a reason; limits are named as in Prometheus' configuration.</summary>
    public static string Name(this ExpositionErrorReason reason) => reason switch
    {
        ExpositionErrorReason.None => "none",
        ExpositionErrorReason.InvalidUtf8 => "invalid_utf8",
        ExpositionErrorReason.InvalidMetricName => "invalid_metric_name",
        ExpositionErrorReason.InvalidLabelName => "invalid_label_name",
        ExpositionErrorReason.InvalidLabels => "invalid_labels",
        ExpositionErrorReason.DuplicateLabel => "duplicate_label",
        ExpositionErrorReason.InvalidValue => "invalid_value",
        ExpositionErrorReason.InvalidTimestamp => "invalid_timestamp",
        ExpositionErrorReason.InvalidExemplar => "invalid_exemplar",
        ExpositionErrorReason.TrailingText => "trailing_text",
        ExpositionErrorReason.InvalidMetadata => "invalid_metadata",
        ExpositionErrorReason.MisplacedMetadata => "misplaced_metadata",
        ExpositionErrorReason.InterleavedFamily => "interleaved_family",
        ExpositionErrorReason.DuplicateSeries => "duplicate_series",
        ExpositionErrorReason.MissingEof => "missing_eof",
        ExpositionErrorReason.TextAfterEof => "text_after_eof",
        ExpositionErrorReason.BodySizeLimit => "body_size_limit",
        ExpositionErrorReason.SampleLimit => "sample_limit",
        ExpositionErrorReason.LabelLimit => "label_limit",
        ExpositionErrorReason.LabelNameLengthLimit => "label_name_length_limit",
        _ => "label_value_length_limit",
    };
}
