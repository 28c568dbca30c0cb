using System.Text;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Parsing;
using DynamoAspire.Metrics.Writing;

namespace DynamoAspire.Metrics.Tests.Parsing;

public sealed class ExpositionReaderTests
{
    [Theory]
    [InlineData("a 1", "a|1|")]
    [InlineData("a\t 1\t17 ", "a|1|17")]
    [InlineData("  a{} 1", "a{}|1|")]
    [InlineData("a { b = \"c\" , d=\"e\" , } 1", "a { b = \"c\" , d=\"e\" , }|1|")]
    [InlineData("a{b=\"}{,\\\"\\\\\"}2", "a{b=\"}{,\\\"\\\\\"}|2|")]
    [InlineData("a -Inf -5", "a|-∞|-5")]
    [InlineData("a +1.5e3", "a|1500|")]
    [InlineData("a .5", "a|0.5|")]
    [InlineData("a 5.", "a|5|")]
    [InlineData("a NaN", "a|NaN|")]
    [InlineData("a 1e+010", "a|10000000000|")]
    [InlineData("a 123456789012345678", "a|1.2345678901234568E+17|")]
    [InlineData("{\"b.c\",d=\"e\"} 1", "{\"b.c\",d=\"e\"}|1|")]
    [InlineData("a 1\r", "a|1|")]
    [InlineData("# a comment\n\n#HELPless\na 1", "a|1|")]
    public void Read_ValidText_GivesTheSample(string body, string expected)
    {
        var reader = new ExpositionReader(Encoding.UTF8.GetBytes(body), ExpositionFormat.Text);

        Assert.True(reader.Read());
        Assert.Equal(ExpositionItem.Sample, reader.Item);
        Assert.Equal(expected, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Encoding.UTF8.GetString(reader.RawSeries)}|{reader.Value}|{(reader.Timestamp == Sample.NoTimestamp ? "" : reader.Timestamp)}").Replace("Infinity", "∞", StringComparison.Ordinal));
        Assert.False(reader.Read());
    }

    [Theory]
    [InlineData("a", ExpositionErrorReason.InvalidValue, 2)]
    [InlineData("a b", ExpositionErrorReason.InvalidValue, 3)]
    [InlineData("a 0x1", ExpositionErrorReason.InvalidValue, 3)]
    [InlineData("a 1_000", ExpositionErrorReason.InvalidValue, 3)]
    [InlineData("a +-1", ExpositionErrorReason.InvalidValue, 3)]
    [InlineData("a - 1", ExpositionErrorReason.InvalidValue, 3)]
    [InlineData("1a 1", ExpositionErrorReason.InvalidMetricName, 1)]
    [InlineData("a.b 1", ExpositionErrorReason.InvalidMetricName, 2)]
    [InlineData("{a=\"b\"} 1", ExpositionErrorReason.InvalidMetricName, 1)]
    [InlineData("a{b} 1", ExpositionErrorReason.InvalidLabels, 4)]
    [InlineData("a{b=c} 1", ExpositionErrorReason.InvalidLabels, 5)]
    [InlineData("a{b=\"c} 1", ExpositionErrorReason.InvalidLabels, 5)]
    [InlineData("a{b=\"c\\", ExpositionErrorReason.InvalidLabels, 5)]
    [InlineData("a{b=\"c\" d=\"e\"} 1", ExpositionErrorReason.InvalidLabels, 9)]
    [InlineData("a{b=\"c\"", ExpositionErrorReason.InvalidLabels, 8)]
    [InlineData("a{,b=\"c\"} 1", ExpositionErrorReason.InvalidLabelName, 3)]
    [InlineData("a{1b=\"c\"} 1", ExpositionErrorReason.InvalidLabelName, 3)]
    [InlineData("a{b=\"1\",b=\"2\"} 1", ExpositionErrorReason.DuplicateLabel, 9)]
    [InlineData("a 1 x", ExpositionErrorReason.InvalidTimestamp, 5)]
    [InlineData("a 1 1.5", ExpositionErrorReason.InvalidTimestamp, 5)]
    [InlineData("a 1 2 3", ExpositionErrorReason.TrailingText, 7)]
    [InlineData("a 1 # {b=\"c\"} 1", ExpositionErrorReason.TrailingText, 5)]
    [InlineData("# TYPE a thing", ExpositionErrorReason.InvalidMetadata, 10)]
    [InlineData("# TYPE a", ExpositionErrorReason.InvalidMetadata, 9)]
    [InlineData("# TYPE a gauge gauge", ExpositionErrorReason.InvalidMetadata, 10)]
    [InlineData("# HELP 1a text", ExpositionErrorReason.InvalidMetricName, 8)]
    public void Read_InvalidText_SaysWhereAndWhyAndGoesOn(string line, ExpositionErrorReason reason, int column)
    {
        var reader = new ExpositionReader(Encoding.UTF8.GetBytes("ok 1\n" + line + "\nok 2\n"), ExpositionFormat.Text);

        Assert.True(reader.Read());
        Assert.True(reader.Read());
        Assert.Equal(ExpositionItem.Error, reader.Item);
        Assert.Equal(new ExpositionError(reason, 2, column), reader.Error);
        Assert.True(reader.Read());
        Assert.Equal(2, reader.Value);
        Assert.False(reader.Read());
    }

    [Fact]
    public void Read_BytesThatAreNotUtf8_FailTheirLineOnly()
    {
        byte[] body = [.. "a{b=\""u8, 0xC3, 0x28, .. "\"} 1\nc 2\n"u8];
        var reader = new ExpositionReader(body, ExpositionFormat.Text);

        Assert.True(reader.Read());
        Assert.Equal(ExpositionErrorReason.InvalidUtf8, reader.Error.Reason);
        Assert.True(reader.Read());
        Assert.Equal(ExpositionItem.Sample, reader.Item);
    }

    [Theory]
    [InlineData("# TYPE a counter\na_total 1 # {t=\"x\"} 0.5 1.5\n# EOF\n", ExpositionErrorReason.None)]
    [InlineData("a 1 1.5\n# EOF", ExpositionErrorReason.None)]
    [InlineData("a 1\n", ExpositionErrorReason.MissingEof)]
    [InlineData("", ExpositionErrorReason.MissingEof)]
    [InlineData("a 1\n# EOF\na 2\n", ExpositionErrorReason.TextAfterEof)]
    [InlineData("a  1\n# EOF\n", ExpositionErrorReason.InvalidValue)]
    [InlineData("a 1 # {t=\"x\"}\n# EOF\n", ExpositionErrorReason.InvalidExemplar)]
    [InlineData("a 1 #{t=\"x\"} 1\n# EOF\n", ExpositionErrorReason.InvalidExemplar)]
    [InlineData("# comment\n# EOF\n", ExpositionErrorReason.InvalidMetadata)]
    [InlineData("\n# EOF\n", ExpositionErrorReason.BlankLine)]
    public void Read_OpenMetrics_IsJudgedByItsRules(string body, ExpositionErrorReason expected)
    {
        var reader = new ExpositionReader(Encoding.UTF8.GetBytes(body), ExpositionFormat.OpenMetrics);
        var found = ExpositionErrorReason.None;
        while (reader.Read())
        {
            found = reader.Item == ExpositionItem.Error && found == ExpositionErrorReason.None ? reader.Error.Reason : found;
        }

        Assert.Equal(expected, found);
    }

    [Fact]
    public void Read_Limits_EndTheReading()
    {
        var limits = new ExpositionLimits { BodySize = 60, Samples = 2, Labels = 2, LabelNameLength = 3, LabelValueLength = 4 };

        Assert.Equal(ExpositionErrorReason.SampleLimit, LastError("a 1\nb 1\nc 1\nd 1\n", limits));
        Assert.Equal(ExpositionErrorReason.LabelLimit, LastError("a{b=\"1\",c=\"2\"} 1\nd 1\n", limits));
        Assert.Equal(ExpositionErrorReason.LabelNameLengthLimit, LastError("a{bcde=\"1\"} 1\nd 1\n", limits));
        Assert.Equal(ExpositionErrorReason.LabelValueLengthLimit, LastError("a{b=\"12345\"} 1\nd 1\n", limits));
        Assert.Equal(ExpositionErrorReason.BodySizeLimit, LastError(new string('\n', 61), limits));
        Assert.Equal(ExpositionErrorReason.None, LastError("a{bcd=\"1234\"} 1\nd 1\n", limits));
    }

    /// <summary>Prometheus counts <c>__name__</c>, and does not count labels without a value, which it drops.</summary>
    [Theory]
    [InlineData("a 1\n", 1)]
    [InlineData("{\"a.b\"} 1\n", 1)]
    [InlineData("a{b=\"1\"} 1\n", 2)]
    [InlineData("{\"a.b\",c=\"1\"} 1\n", 2)]
    [InlineData("a{b=\"1\",c=\"\"} 1\n", 2)]
    [InlineData("a{b=\"\\\"\",c=\"2\"} 1\n", 3)]
    public void Read_LabelLimit_CountsTheNameAndLabelsWithAValue(string body, int labels)
    {
        Assert.Equal(ExpositionErrorReason.None, LastError(body, ExpositionLimits.None with { Labels = labels }));
        Assert.Equal(labels == 1 ? ExpositionErrorReason.None : ExpositionErrorReason.LabelLimit, LastError(body, ExpositionLimits.None with { Labels = Math.Max(1, labels - 1) }));
    }

    [Fact]
    public void Read_LabelValueLengthLimit_MeasuresTheNameToo()
    {
        Assert.Equal(ExpositionErrorReason.LabelValueLengthLimit, LastError("abcd 1\n", ExpositionLimits.None with { LabelValueLength = 3 }));
        Assert.Equal(ExpositionErrorReason.LabelValueLengthLimit, LastError("{\"a.cd\"} 1\n", ExpositionLimits.None with { LabelValueLength = 3 }));
        Assert.Equal(ExpositionErrorReason.None, LastError("{\"a\\\\c\"} 1\n", ExpositionLimits.None with { LabelValueLength = 3 }));
    }

    [Fact]
    public void Read_LabelLimit_DoesNotCountLabelsOfExemplars()
    {
        var reader = new ExpositionReader("# TYPE a counter\na_total 1 # {b=\"1\",c=\"2\",d=\"3\"} 1\n# EOF\n"u8, ExpositionFormat.OpenMetrics, ExpositionLimits.None with { Labels = 1 });
        while (reader.Read())
        {
            Assert.NotEqual(ExpositionItem.Error, reader.Item);
        }

        Assert.Equal(1, reader.SampleCount);
    }

    private static ExpositionErrorReason LastError(string body, ExpositionLimits limits)
    {
        var reader = new ExpositionReader(Encoding.UTF8.GetBytes(body), ExpositionFormat.Text, limits);
        var last = ExpositionErrorReason.None;
        while (reader.Read())
        {
            last = reader.Item == ExpositionItem.Error ? reader.Error.Reason : ExpositionErrorReason.None;
        }

        return last;
    }
}
