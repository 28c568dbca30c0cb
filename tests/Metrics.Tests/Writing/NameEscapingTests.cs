using System.Buffers;
using System.Text;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Naming;
using DynamoAspire.Metrics.Parsing;
using DynamoAspire.Metrics.Writing;

namespace DynamoAspire.Metrics.Tests.Writing;

public sealed class NameEscapingTests
{
    // The examples of https://prometheus.io/docs/instrumenting/escaping_schemes and what clients do with the rest.
    [Theory]
    [InlineData("metric.name/with/slashes", NameEscaping.Underscores, "metric_name_with_slashes")]
    [InlineData("metric.name.with.dots", NameEscaping.Dots, "metric_dot_name_dot_with_dot_dots")]
    [InlineData("metric.name", NameEscaping.Values, "U__metric_2e_name")]
    [InlineData("no:escaping_required", NameEscaping.Underscores, "no:escaping_required")]
    [InlineData("no:escaping_required", NameEscaping.Dots, "no:escaping__required")]
    [InlineData("no:escaping_required", NameEscaping.Values, "no:escaping_required")]
    [InlineData("1digit", NameEscaping.Underscores, "_digit")]
    [InlineData("label with 😱", NameEscaping.Underscores, "label_with__")]
    [InlineData("label with 😱", NameEscaping.Dots, "label_with__")]
    [InlineData("label with 😱", NameEscaping.Values, "U__label_20_with_20__1f631_")]
    [InlineData("a_b.c", NameEscaping.Values, "U__a__b_2e_c")]
    [InlineData("a.b", NameEscaping.AllowUtf8, "a.b")]
    public void Escape_Name_IsAsTheSchemeSays(string name, NameEscaping escaping, string expected) =>
        Assert.Equal(expected, Encoding.UTF8.GetString(NameEscapings.Escape(Encoding.UTF8.GetBytes(name), escaping, allowColon: true)));

    [Theory]
    [InlineData(ExpositionFormat.Text, NameEscaping.AllowUtf8, "# TYPE a_b_seconds histogram\na_b_seconds_bucket{le=\"+Inf\",x_y=\"1\"} 2.0\n")]
    [InlineData(ExpositionFormat.TextUtf8, NameEscaping.AllowUtf8, "# TYPE \"a.b_seconds\" histogram\n{\"a.b_seconds_bucket\",le=\"+Inf\",\"x.y\"=\"1\"} 2.0\n")]
    [InlineData(ExpositionFormat.TextUtf8, NameEscaping.Dots, "# TYPE a_dot_b__seconds histogram\na_dot_b__seconds_bucket{le=\"+Inf\",x_dot_y=\"1\"} 2.0\n")]
    [InlineData(ExpositionFormat.OpenMetrics, NameEscaping.Values, "# TYPE U__a_2e_b__seconds histogram\nU__a_2e_b__seconds_bucket{U__x_2e_y=\"1\",le=\"+Inf\"} 2.0\n# EOF\n")]
    public void Write_QuotedNames_AreAsFormatAndSchemeHaveThem(ExpositionFormat format, NameEscaping escaping, string expected) =>
        Assert.Equal(expected, Written("# TYPE \"a.b_seconds\" histogram\n{\"a.b_seconds_bucket\",\"x.y\"=\"1\",le=\"+Inf\"} 2\n", format, escaping));

    [Fact]
    public void Write_QuotedNamesWithEscapes_ReadBackAsTheyWere()
    {
        const string Body = "# TYPE \"a\\\"\\\\b\" gauge\n{\"a\\\"\\\\b\",\"c\\\"d\"=\"e\"} 1.0\n";

        Assert.Equal(Body, Written(Body, ExpositionFormat.TextUtf8, NameEscaping.AllowUtf8));
        Assert.Equal("# TYPE a__b gauge\na__b{c_d=\"e\"} 1.0\n", Written(Body, ExpositionFormat.Text, NameEscaping.Underscores));
    }

    [Fact]
    public void Write_FamiliesThatBecomeOneName_AreOneFamily()
    {
        const string Body = "# TYPE a_b gauge\na_b 1\n# TYPE \"a.b\" gauge\n{\"a.b\"} 2\n{\"a.b\",x=\"1\"} 3\n# TYPE \"a/b\" counter\n{\"a/b\",x=\"2\"} 4\n";

        Assert.Equal("# TYPE a_b gauge\na_b 1.0\na_b{x=\"1\"} 3.0\n", Written(Body, ExpositionFormat.Text, NameEscaping.Underscores));
    }

    private static string Written(string body, ExpositionFormat format, NameEscaping escaping)
    {
        var snapshot = new MetricSnapshot();
        Assert.Equal(0, new ExpositionLoader().Load(Encoding.UTF8.GetBytes(body), ExpositionFormat.TextUtf8, snapshot).SkippedLines);
        var output = new ArrayBufferWriter<byte>();
        ExpositionWriter.Write(snapshot, format, escaping, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
