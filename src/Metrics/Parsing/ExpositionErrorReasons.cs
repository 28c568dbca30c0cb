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
        ExpositionErrorReason.BlankLine => "blank_line",
        ExpositionErrorReason.MissingLineFeed => "missing_line_feed",
        ExpositionErrorReason.InvalidEscape => "invalid_escape",
        ExpositionErrorReason.ReservedName => "reserved_name",
        ExpositionErrorReason.NameClash => "name_clash",
        ExpositionErrorReason.WrongSuffix => "wrong_suffix",
        ExpositionErrorReason.InterleavedMetric => "interleaved_metric",
        ExpositionErrorReason.ValueNotAllowed => "value_not_allowed",
        ExpositionErrorReason.InvalidLe => "invalid_le",
        ExpositionErrorReason.BucketOrder => "bucket_order",
        ExpositionErrorReason.BucketsNotCumulative => "buckets_not_cumulative",
        ExpositionErrorReason.MissingInfBucket => "missing_inf_bucket",
        ExpositionErrorReason.CountMismatch => "count_mismatch",
        ExpositionErrorReason.MissingCount => "missing_count",
        ExpositionErrorReason.SumNotAllowed => "sum_not_allowed",
        ExpositionErrorReason.InvalidQuantile => "invalid_quantile",
        ExpositionErrorReason.MissingState => "missing_state",
        ExpositionErrorReason.UnitMismatch => "unit_mismatch",
        ExpositionErrorReason.MisplacedExemplar => "misplaced_exemplar",
        ExpositionErrorReason.ExemplarTooLong => "exemplar_too_long",
        ExpositionErrorReason.ExemplarOutsideBucket => "exemplar_outside_bucket",
        ExpositionErrorReason.TimestampOrder => "timestamp_order",
        ExpositionErrorReason.MixedTimestamps => "mixed_timestamps",
        ExpositionErrorReason.BodySizeLimit => "body_size_limit",
        ExpositionErrorReason.SampleLimit => "sample_limit",
        ExpositionErrorReason.LabelLimit => "label_limit",
        ExpositionErrorReason.LabelNameLengthLimit => "label_name_length_limit",
        _ => "label_value_length_limit",
    };

    /// <summary>A sentence for people: what is wrong, and what it should be.</summary>
    public static string Explain(this ExpositionErrorReason reason) => reason switch
    {
        ExpositionErrorReason.None => "nothing is wrong",
        ExpositionErrorReason.InvalidUtf8 => "the bytes from here on are not UTF-8; write text in UTF-8, without a byte order mark",
        ExpositionErrorReason.InvalidMetricName => "a metric name is expected here: letters, digits, _ and :, not beginning with a digit; any other name goes in quotes into the braces",
        ExpositionErrorReason.InvalidLabelName => "a label name is expected here: letters, digits and _, not beginning with a digit",
        ExpositionErrorReason.InvalidLabels => "labels have the form {name=\"value\",…}, with the quotes closed and the value's own quotes and backslashes escaped",
        ExpositionErrorReason.DuplicateLabel => "this series has a label twice; keep one",
        ExpositionErrorReason.InvalidValue => "a number is expected here, one blank behind the series: 1, 1.5, 1e-3, NaN, +Inf, -Inf",
        ExpositionErrorReason.InvalidTimestamp => "the timestamp is no number of milliseconds (text) or seconds (OpenMetrics)",
        ExpositionErrorReason.InvalidExemplar => "an exemplar has the form # {trace_id=\"…\"} value [seconds], with single blanks",
        ExpositionErrorReason.TrailingText => "the line should have ended here",
        ExpositionErrorReason.InvalidMetadata => "a line that begins with # is # HELP name text, # TYPE name type or # UNIT name unit, with single blanks and a type that the format has; OpenMetrics has no comments",
        ExpositionErrorReason.MisplacedMetadata => "HELP, TYPE and UNIT stand once per family and before its samples",
        ExpositionErrorReason.InterleavedFamily => "the lines of a family stand together; these come back to one that was left",
        ExpositionErrorReason.DuplicateSeries => "this series was there already; a scrape can hold it once",
        ExpositionErrorReason.MissingEof => "OpenMetrics text ends with the line # EOF; without it the text was cut off",
        ExpositionErrorReason.TextAfterEof => "nothing may follow # EOF",
        ExpositionErrorReason.BlankLine => "OpenMetrics has no empty lines; remove it",
        ExpositionErrorReason.MissingLineFeed => "the last line has no line feed; the text was cut off, or its writer forgot it",
        ExpositionErrorReason.InvalidEscape => "in the help of OpenMetrics a quote is written \\\" and a backslash \\\\",
        ExpositionErrorReason.ReservedName => "names that begin with _ are reserved by OpenMetrics; rename it",
        ExpositionErrorReason.NameClash => "a sample of this family could have the same name as one of another; rename one of them",
        ExpositionErrorReason.WrongSuffix => "the family's type has no samples of this name: counters have _total, infos _info, histograms _bucket, _count and _sum",
        ExpositionErrorReason.InterleavedMetric => "the samples of one set of labels stand together; these come back to one that was left",
        ExpositionErrorReason.ValueNotAllowed => "the type rules this value out: counts are whole, counts and sums are not negative and not NaN, an info is 1, a state is 0 or 1",
        ExpositionErrorReason.InvalidLe => "a bucket has a label le with a number in canonical form: 1.0, 0.25, 1e+06, +Inf",
        ExpositionErrorReason.BucketOrder => "the buckets of a histogram stand in rising order of le, each once",
        ExpositionErrorReason.BucketsNotCumulative => "a bucket counts everything below its bound, so that it never counts less than the one before",
        ExpositionErrorReason.MissingInfBucket => "a histogram has a bucket le=\"+Inf\", which counts everything",
        ExpositionErrorReason.CountMismatch => "the count equals the bucket le=\"+Inf\"",
        ExpositionErrorReason.MissingCount => "a count and a sum come together or not at all",
        ExpositionErrorReason.SumNotAllowed => "with buckets below zero there is no sum: it could fall",
        ExpositionErrorReason.InvalidQuantile => "a summary's sample without suffix has a label quantile, a number from 0 to 1 in canonical form: 0.5, 0.99",
        ExpositionErrorReason.MissingState => "each sample of a state set has a label named as the family, with the state as its value",
        ExpositionErrorReason.UnitMismatch => "the name of the family ends in _ and the unit; infos and state sets have none",
        ExpositionErrorReason.MisplacedExemplar => "only _total of counters and _bucket of histograms have exemplars",
        ExpositionErrorReason.ExemplarTooLong => "the names and values of an exemplar's labels have at most 128 characters together",
        ExpositionErrorReason.ExemplarOutsideBucket => "an exemplar's value is at most the bound of its bucket",
        ExpositionErrorReason.TimestampOrder => "of several points of one metric each is later than the one before",
        ExpositionErrorReason.MixedTimestamps => "all samples of a metric have a time, or none has",
        ExpositionErrorReason.BodySizeLimit => "the body is larger than body_size_limit",
        ExpositionErrorReason.SampleLimit => "there are more samples than sample_limit",
        ExpositionErrorReason.LabelLimit => "this series has more labels than label_limit",
        ExpositionErrorReason.LabelNameLengthLimit => "this label's name is longer than label_name_length_limit",
        _ => "this label's value is longer than label_value_length_limit",
    };
}
