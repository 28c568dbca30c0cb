using System.Text;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Parsing;
using DynamoAspire.Metrics.Writing;

namespace DynamoAspire.Metrics.Tests.Parsing;

/// <summary>The rules of https://prometheus.io/docs/specs/om/open_metrics_spec and of text 0.0.4, one body each: what is wrong, and where.</summary>
public sealed class StrictRulesTests
{
    [Theory]
    [InlineData("")]
    [InlineData("# TYPE a gauge\n# UNIT a \n# HELP a \na 1\nb{} 2\n")]
    [InlineData("# TYPE a_seconds counter\n# UNIT a_seconds seconds\n# HELP a_seconds Says \\\"x\\\" \\\\ \\n.\na_seconds_total 1 # {t=\"x\"} 0.5 1.5\na_seconds_created 5\n")]
    [InlineData("# TYPE h histogram\nh_bucket{le=\"0.25\"} 1 # {} 0.25\nh_bucket{le=\"1.0\"} 2\nh_bucket{le=\"1e+06\"} 2\nh_bucket{le=\"123\"} 2\nh_bucket{le=\"+Inf\"} 2\nh_count 2\nh_sum 1.5\nh_created 1\n", "BucketOrder")]
    [InlineData("# TYPE h histogram\nh_bucket{le=\"0.25\"} 1 # {} 0.25\nh_bucket{le=\"1.0\"} 2\nh_bucket{le=\"1e+06\"} 2\nh_bucket{le=\"+Inf\"} 2\nh_count 2\nh_sum 1.5\nh_created 1\n")]
    [InlineData("# TYPE h histogram\nh_bucket{le=\"-1.0\"} 1\nh_bucket{le=\"+Inf\"} 2\n")]
    [InlineData("# TYPE h gaugehistogram\nh_bucket{le=\"-1.0\"} 1\nh_bucket{le=\"+Inf\"} 2\nh_gcount 2\nh_gsum -5\n")]
    [InlineData("# TYPE s summary\ns{quantile=\"0.99\"} NaN\ns{quantile=\"0.5\"} 1\ns_count 17.0\ns_sum 2.5\ns_created 1\n")]
    [InlineData("# TYPE i info\ni_info{a=\"b\"} 1\n# TYPE s stateset\ns{s=\"on\",x=\"1\"} 1\ns{x=\"1\",s=\"off\"} 0\n")]
    [InlineData("# TYPE a gauge\na 17.0 123\na 18.0 456\n")]
    [InlineData("# TYPE s summary\ns_count{a=\"b\"} 0 123\ns_sum{a=\"b\"} 0 123\ns_count{a=\"b\"} 0 456\ns_sum{a=\"b\"} 0 456\ns_count{a=\"c\"} 0 123\n")]
    [InlineData("a 0042\nb -.5e-3\nc 5.\nd NaN\ne +infinity\nf -INF\n")]
    [InlineData("{\"my.metric\",\"a.b\"=\"c\"} 1\n")]
    [InlineData("# TYPE a unknown\na 1\nb_total 1\n")]
    [InlineData("# TYPE h gaugehistogram\nh_bucket{le=\"+Inf\"} 1\nh_count 1\n")]
    public void OpenMetrics_ValidBody_HasNoErrors(string body, string? exceptReason = null)
    {
        var errors = Errors(body + "# EOF\n", ExpositionFormat.OpenMetrics);

        Assert.Equal(exceptReason is null ? [] : [exceptReason], errors.Select(e => e.Reason.ToString()));
    }

    [Theory]
    [InlineData("a 1\n", ExpositionErrorReason.MissingEof, 2, 1)]
    [InlineData("a 1", ExpositionErrorReason.MissingLineFeed, 1, 4)]
    [InlineData("# EOF\n# EOF\n", ExpositionErrorReason.TextAfterEof, 2, 1)]
    [InlineData("# EOF\n\n", ExpositionErrorReason.TextAfterEof, 2, 1)]
    [InlineData("# EOF \n", ExpositionErrorReason.InvalidMetadata, 1, 1)]
    [InlineData("a 1\n\n# EOF\n", ExpositionErrorReason.BlankLine, 2, 1)]
    [InlineData("# a comment\n# EOF\n", ExpositionErrorReason.InvalidMetadata, 1, 1)]
    [InlineData("#TYPE a gauge\n# EOF\n", ExpositionErrorReason.InvalidMetadata, 1, 2)]
    [InlineData("# TYPE  a gauge\n# EOF\n", ExpositionErrorReason.InvalidMetadata, 1, 2)]
    [InlineData("# TYPE a  gauge\n# EOF\n", ExpositionErrorReason.InvalidMetadata, 1, 11)]
    [InlineData("# TYPE a Gauge\n# EOF\n", ExpositionErrorReason.InvalidMetadata, 1, 10)]
    [InlineData("# TYPE a untyped\n# EOF\n", ExpositionErrorReason.InvalidMetadata, 1, 10)]
    [InlineData("# TYPE a gauge \n# EOF\n", ExpositionErrorReason.InvalidMetadata, 1, 10)]
    [InlineData("# HELP a\n# EOF\n", ExpositionErrorReason.InvalidMetadata, 1, 9)]
    [InlineData("# HELP a x \"y\"\n# EOF\n", ExpositionErrorReason.InvalidEscape, 1, 12)]
    [InlineData("# HELP a x \\\n# EOF\n", ExpositionErrorReason.InvalidEscape, 1, 12)]
    [InlineData("# UNIT a_b b-c\n# EOF\n", ExpositionErrorReason.InvalidMetadata, 1, 13)]
    [InlineData("# TYPE 1a gauge\n# EOF\n", ExpositionErrorReason.InvalidMetricName, 1, 8)]
    [InlineData("# TYPE _a gauge\n# EOF\n", ExpositionErrorReason.ReservedName, 1, 8)]
    [InlineData("_a 1\n# EOF\n", ExpositionErrorReason.ReservedName, 1, 1)]
    [InlineData("a{_b=\"\"} 1\n# EOF\n", ExpositionErrorReason.ReservedName, 1, 3)]
    [InlineData("# TYPE a gauge\n# TYPE a gauge\n# EOF\n", ExpositionErrorReason.MisplacedMetadata, 2, 1)]
    [InlineData("# HELP a x\n# HELP a x\n# EOF\n", ExpositionErrorReason.MisplacedMetadata, 2, 1)]
    [InlineData("# UNIT a_s s\n# UNIT a_s s\n# EOF\n", ExpositionErrorReason.MisplacedMetadata, 2, 1)]
    [InlineData("# TYPE a gauge\na 1\n# HELP a x\n# EOF\n", ExpositionErrorReason.MisplacedMetadata, 3, 1)]
    [InlineData("# TYPE a gauge\n# TYPE b gauge\n# HELP a x\n# EOF\n", ExpositionErrorReason.InterleavedFamily, 3, 1)]
    [InlineData("a{x=\"1\"} 1\nb 1\na{x=\"2\"} 1\n# EOF\n", ExpositionErrorReason.InterleavedFamily, 3, 1)]
    [InlineData("# TYPE a counter\na_total 1\n# TYPE b gauge\na_total{x=\"1\"} 1\n# EOF\n", ExpositionErrorReason.InterleavedFamily, 4, 1)]
    [InlineData("# TYPE a gauge\n# TYPE b gauge\na 1\n# EOF\n", ExpositionErrorReason.InterleavedFamily, 3, 1)]
    [InlineData("# TYPE a counter\n# HELP b x\na_total 1\n# EOF\n", ExpositionErrorReason.InterleavedFamily, 3, 1)]
    [InlineData("# TYPE a gauge\nb 1\na 1\n# EOF\n", ExpositionErrorReason.InterleavedFamily, 3, 1)]
    [InlineData("# TYPE a counter\n# TYPE a_created gauge\n# EOF\n", ExpositionErrorReason.NameClash, 2, 1)]
    [InlineData("# TYPE a_bucket gauge\na_bucket 1\n# TYPE a histogram\n# EOF\n", ExpositionErrorReason.NameClash, 3, 1)]
    [InlineData("# TYPE a counter\na 1\n# EOF\n", ExpositionErrorReason.WrongSuffix, 2, 1)]
    [InlineData("# TYPE a histogram\na 1\n# EOF\n", ExpositionErrorReason.WrongSuffix, 2, 1)]
    [InlineData("# TYPE a info\na 1\n# EOF\n", ExpositionErrorReason.WrongSuffix, 2, 1)]
    [InlineData("# TYPE a counter\na_total -1\n# EOF\n", ExpositionErrorReason.ValueNotAllowed, 2, 1)]
    [InlineData("# TYPE a counter\na_total NaN\n# EOF\n", ExpositionErrorReason.ValueNotAllowed, 2, 1)]
    [InlineData("# TYPE a info\na_info 2\n# EOF\n", ExpositionErrorReason.ValueNotAllowed, 2, 1)]
    [InlineData("# TYPE a stateset\na{a=\"x\"} 0.5\n# EOF\n", ExpositionErrorReason.ValueNotAllowed, 2, 1)]
    [InlineData("# TYPE a stateset\na 1\n# EOF\n", ExpositionErrorReason.MissingState, 2, 1)]
    [InlineData("# TYPE s summary\ns_count 1.5\n# EOF\n", ExpositionErrorReason.ValueNotAllowed, 2, 1)]
    [InlineData("# TYPE s summary\ns_sum -1\n# EOF\n", ExpositionErrorReason.ValueNotAllowed, 2, 1)]
    [InlineData("# TYPE s summary\ns{quantile=\"0.5\"} -1\n# EOF\n", ExpositionErrorReason.ValueNotAllowed, 2, 1)]
    [InlineData("# TYPE s summary\ns{quantile=\"1.5\"} 1\n# EOF\n", ExpositionErrorReason.InvalidQuantile, 2, 1)]
    [InlineData("# TYPE s summary\ns{quantile=\".5\"} 1\n# EOF\n", ExpositionErrorReason.InvalidQuantile, 2, 1)]
    [InlineData("# TYPE s summary\ns 1\n# EOF\n", ExpositionErrorReason.InvalidQuantile, 2, 1)]
    [InlineData("# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_bucket{le=\"+Inf\"} 1\n# EOF\n", ExpositionErrorReason.InvalidLe, 2, 1)]
    [InlineData("# TYPE h histogram\nh_bucket{le=\"NaN\"} 1\nh_bucket{le=\"+Inf\"} 1\n# EOF\n", ExpositionErrorReason.InvalidLe, 2, 1)]
    [InlineData("# TYPE h histogram\nh_bucket{le=\"inf\"} 1\n# EOF\n", ExpositionErrorReason.InvalidLe, 2, 1)]
    [InlineData("# TYPE h histogram\nh_bucket 1\n# EOF\n", ExpositionErrorReason.InvalidLe, 2, 1)]
    [InlineData("# TYPE h histogram\nh_bucket{le=\"2.0\"} 1\nh_bucket{le=\"1.0\"} 1\nh_bucket{le=\"+Inf\"} 1\n# EOF\n", ExpositionErrorReason.BucketOrder, 3, 1)]
    [InlineData("# TYPE h histogram\nh_bucket{le=\"1.0\"} 2\nh_bucket{le=\"+Inf\"} 1\n# EOF\n", ExpositionErrorReason.BucketsNotCumulative, 3, 1)]
    [InlineData("# TYPE h histogram\nh_bucket{le=\"1.0\"} 1.5\nh_bucket{le=\"+Inf\"} 2\n# EOF\n", ExpositionErrorReason.ValueNotAllowed, 2, 1)]
    [InlineData("# TYPE h histogram\nh_bucket{le=\"1.0\"} 1\n# EOF\n", ExpositionErrorReason.MissingInfBucket, 2, 1)]
    [InlineData("# TYPE h histogram\nh_bucket{a=\"x\",le=\"1.0\"} 1\nh_bucket{a=\"y\",le=\"+Inf\"} 1\n# EOF\n", ExpositionErrorReason.MissingInfBucket, 2, 1)]
    [InlineData("# TYPE h histogram\nh_bucket{le=\"+Inf\"} 1\nh_count 2\nh_sum 1\n# EOF\n", ExpositionErrorReason.CountMismatch, 4, 1)]
    [InlineData("# TYPE h histogram\nh_bucket{le=\"+Inf\"} 1\nh_count 1\n# EOF\n", ExpositionErrorReason.MissingCount, 3, 1)]
    [InlineData("# TYPE h histogram\nh_bucket{le=\"+Inf\"} 1\nh_sum 1\n# EOF\n", ExpositionErrorReason.MissingCount, 3, 1)]
    [InlineData("# TYPE h histogram\nh_bucket{le=\"-1.0\"} 1\nh_bucket{le=\"+Inf\"} 1\nh_count 1\nh_sum 1\n# EOF\n", ExpositionErrorReason.SumNotAllowed, 5, 1)]
    [InlineData("# TYPE h gaugehistogram\nh_bucket{le=\"+Inf\"} 1\nh_gcount 1\nh_gsum -1\n# EOF\n", ExpositionErrorReason.ValueNotAllowed, 4, 1)]
    [InlineData("# TYPE s summary\ns_count{a=\"b\"} 0\ns_count{a=\"c\"} 0\ns_sum{a=\"b\"} 0\n# EOF\n", ExpositionErrorReason.InterleavedMetric, 4, 1)]
    [InlineData("# TYPE s summary\ns_count 0 123\ns_count 0 456\ns_sum 0 123\n# EOF\n", ExpositionErrorReason.TimestampOrder, 4, 1)]
    [InlineData("# TYPE a gauge\na 1 456\na 1 123\n# EOF\n", ExpositionErrorReason.TimestampOrder, 3, 1)]
    [InlineData("# TYPE s summary\ns_count 0\ns_sum 0 123\n# EOF\n", ExpositionErrorReason.MixedTimestamps, 3, 1)]
    [InlineData("a 1\na 1\n# EOF\n", ExpositionErrorReason.DuplicateSeries, 2, 1)]
    [InlineData("# TYPE a gauge\n# UNIT a seconds\n# EOF\n", ExpositionErrorReason.UnitMismatch, 2, 1)]
    [InlineData("# TYPE a_s info\n# UNIT a_s s\n# EOF\n", ExpositionErrorReason.UnitMismatch, 2, 1)]
    [InlineData("# TYPE a gauge\na 1 # {} 1\n# EOF\n", ExpositionErrorReason.MisplacedExemplar, 2, 1)]
    [InlineData("# TYPE h histogram\nh_bucket{le=\"1.0\"} 1 # {} 2\nh_bucket{le=\"+Inf\"} 1\n# EOF\n", ExpositionErrorReason.ExemplarOutsideBucket, 2, 1)]
    [InlineData("# TYPE a counter\na_total 1 # {} 1 x\n# EOF\n", ExpositionErrorReason.InvalidExemplar, 2, 11)]
    [InlineData("# TYPE a counter\na_total 1  # {} 1\n# EOF\n", ExpositionErrorReason.TrailingText, 2, 10)]
    [InlineData("# TYPE a counter\na_total 1 # {}  1\n# EOF\n", ExpositionErrorReason.InvalidExemplar, 2, 11)]
    [InlineData("a  1\n# EOF\n", ExpositionErrorReason.InvalidValue, 1, 4)]
    [InlineData("a\t1\n# EOF\n", ExpositionErrorReason.InvalidValue, 1, 3)]
    [InlineData("a 1 \n# EOF\n", ExpositionErrorReason.TrailingText, 1, 4)]
    [InlineData("a 1\r\n# EOF\n", ExpositionErrorReason.InvalidValue, 1, 3)]
    [InlineData(" a 1\n# EOF\n", ExpositionErrorReason.InvalidMetricName, 1, 1)]
    [InlineData("a{b=\"c\",} 1\n# EOF\n", ExpositionErrorReason.InvalidLabelName, 1, 9)]
    [InlineData("a{ b=\"c\"} 1\n# EOF\n", ExpositionErrorReason.InvalidLabelName, 1, 3)]
    [InlineData("a{b=\"c\", d=\"e\"} 1\n# EOF\n", ExpositionErrorReason.InvalidLabelName, 1, 9)]
    [InlineData("a 1 NaN\n# EOF\n", ExpositionErrorReason.InvalidTimestamp, 1, 5)]
    [InlineData("\uFEFFa 1\n# EOF\n", ExpositionErrorReason.InvalidMetricName, 1, 1)]
    public void OpenMetrics_BrokenRule_IsNamedWithItsPlace(string body, ExpositionErrorReason reason, int line, int column)
    {
        var errors = Errors(body, ExpositionFormat.OpenMetrics);
        // A last line that is spoiled may have been meant as the end.
        Assert.Equal(new ExpositionError(reason, line, column), errors[0]);
        Assert.All(errors.Skip(1), e => Assert.Equal(ExpositionErrorReason.MissingEof, e.Reason));
    }

    [Theory]
    [InlineData("# a comment\n\n  a\t1  17\n#\n", null)]
    [InlineData("# TYPE a counter\na -1\n", null)]
    [InlineData("# TYPE h histogram\nh_bucket{a=\"x\",le=\"1\"} 1\nh_bucket{a=\"y\",le=\"1\"} 2\nh_bucket{a=\"x\",le=\"+Inf\"} 1\nh_bucket{a=\"y\",le=\"+Inf\"} 2\nh_count{a=\"x\"} 1\n", null)]
    [InlineData("a 1", ExpositionErrorReason.MissingLineFeed)]
    [InlineData("a 1\r\n", ExpositionErrorReason.InvalidValue)]
    [InlineData("{\"a.b\"} 1\n", ExpositionErrorReason.InvalidLabelName)]
    [InlineData("a{\"a.b\"=\"c\"} 1\n", ExpositionErrorReason.InvalidLabelName)]
    [InlineData("# TYPE a info\n", ExpositionErrorReason.InvalidMetadata)]
    [InlineData("# TYPE h histogram\nh 1\n", ExpositionErrorReason.WrongSuffix)]
    [InlineData("# TYPE h histogram\nh_bucket{le=\"1\"} 1\nh_count 1\n", ExpositionErrorReason.MissingInfBucket)]
    [InlineData("# TYPE h histogram\nh_bucket{le=\"2\"} 1\nh_bucket{le=\"1\"} 1\nh_bucket{le=\"+Inf\"} 1\n", ExpositionErrorReason.BucketOrder)]
    [InlineData("# TYPE h histogram\nh_bucket{le=\"1\"} 3\nh_bucket{le=\"+Inf\"} 1\n", ExpositionErrorReason.BucketsNotCumulative)]
    [InlineData("# TYPE h histogram\nh_bucket{le=\"+Inf\"} 1\nh_count 3\n", ExpositionErrorReason.CountMismatch)]
    [InlineData("# TYPE s summary\ns{quantile=\"2\"} 1\n", ExpositionErrorReason.InvalidQuantile)]
    [InlineData("a 1 5\na 1 6\n", ExpositionErrorReason.DuplicateSeries)]
    public void Text_Body_IsJudgedByItsOwnRules(string body, ExpositionErrorReason? reason) =>
        Assert.Equal(reason is { } r ? [r] : [], Errors(body, ExpositionFormat.Text).Select(e => e.Reason));

    [Fact]
    public void TextUtf8_QuotedNames_AreValid() => Assert.Empty(Errors("# TYPE \"a.b\" gauge\n{\"a.b\",\"c.d\"=\"e\"} 1\n", ExpositionFormat.TextUtf8));

    [Theory]
    [InlineData(128, null)]
    [InlineData(129, ExpositionErrorReason.ExemplarTooLong)]
    public void Exemplar_LengthOfLabels_IsCountedInCharacters(int characters, ExpositionErrorReason? reason)
    {
        // Two bytes each, one of them escaped.
        var value = new string('é', characters - 2) + "\\n";
        var errors = Errors($"# TYPE a counter\na_total 1 # {{t=\"{value}\"}} 1\n# EOF\n", ExpositionFormat.OpenMetrics);

        Assert.Equal(reason is { } r ? [r] : [], errors.Select(e => e.Reason));
    }

    [Fact]
    public void Check_ManyErrors_ListsThemInOrderUpToTheBound()
    {
        const string Body = "b x\nb{ 1\n# TYPE h histogram\nh_bucket{le=\"1.0\"} 1\n# TYPE c counter\nc_total -1\n# EOF\n";

        Assert.Equal([1, 2, 4, 6], Errors(Body, ExpositionFormat.OpenMetrics).Select(e => e.Line));
        Assert.Equal(2, new ExpositionLoader(new ExpositionLoaderOptions { Strict = true }).Check(Encoding.UTF8.GetBytes(Body), ExpositionFormat.OpenMetrics, new MetricSnapshot(), maxErrors: 2).Count);
    }

    [Fact]
    public void Reasons_All_HaveANameAndAnExplanationOfTheirOwn()
    {
        Assert.Equal(ExpositionErrorReasons.All.Count, ExpositionErrorReasons.All.Select(r => r.Name()).Distinct().Count());
        Assert.Equal(ExpositionErrorReasons.All.Count, ExpositionErrorReasons.All.Select(r => r.Explain()).Distinct().Count());
        Assert.All(ExpositionErrorReasons.All, r => Assert.Equal(Enum.GetName(r), string.Concat(r.Name().Split('_').Select(w => char.ToUpperInvariant(w[0]) + w[1..]))));
    }

    /// <summary>Each body is read twice by one loader: what is known from the first time must not be judged more gently.</summary>
    private static IReadOnlyList<ExpositionError> Errors(string body, ExpositionFormat format)
    {
        var loader = new ExpositionLoader(new ExpositionLoaderOptions { Strict = true });
        var bytes = Encoding.UTF8.GetBytes(body);
        var first = loader.Check(bytes, format, new MetricSnapshot());
        Assert.Equal(first, loader.Check(bytes, format, new MetricSnapshot()));
        Assert.Equal(first.Count == 0, loader.Load(bytes, format, new MetricSnapshot()).Succeeded);
        return first;
    }
}
