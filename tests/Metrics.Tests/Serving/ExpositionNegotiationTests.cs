using DynamoAspire.Metrics.Naming;
using DynamoAspire.Metrics.Serving;
using DynamoAspire.Metrics.Writing;

namespace DynamoAspire.Metrics.Tests.Serving;

public sealed class ExpositionNegotiationTests
{
    private const string Prometheus3 =
        "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,text/plain;version=0.0.4;q=0.2,*/*;q=0.1";

    [Theory]
    [InlineData(null, ExpositionContentType.Text)]
    [InlineData("", ExpositionContentType.Text)]
    [InlineData("*/*", ExpositionContentType.Text)]
    [InlineData("image/png", ExpositionContentType.Text)]
    [InlineData(Prometheus3, ExpositionContentType.OpenMetrics + "; escaping=allow-utf-8")]
    [InlineData("application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", ExpositionContentType.OpenMetrics)]
    [InlineData("application/openmetrics-text;version=1.0.0;q=0.2,text/plain;version=0.0.4;q=0.5", ExpositionContentType.Text)]
    [InlineData("application/openmetrics-text;q=0.1,*/*;q=0.9", ExpositionContentType.Text)]
    [InlineData("application/openmetrics-text;version=2.0.0", ExpositionContentType.Text)]
    [InlineData("application/openmetrics-text;q=0", ExpositionContentType.Text)]
    [InlineData("application/openmetrics-text;q=x, text/plain;version=1.0.0;q=0.1", ExpositionContentType.TextUtf8 + "; escaping=underscores")]
    [InlineData("text/plain;version=1.0.0", ExpositionContentType.TextUtf8 + "; escaping=underscores")]
    [InlineData("text/plain;version=1.0.0;escaping=values", ExpositionContentType.TextUtf8 + "; escaping=values")]
    [InlineData("text/plain;version=1.0.0;escaping=nonsense", ExpositionContentType.TextUtf8 + "; escaping=underscores")]
    [InlineData("text/plain;version=0.0.4;escaping=allow-utf-8", ExpositionContentType.Text)]
    [InlineData("text/plain;version=0.0.4;escaping=dots", ExpositionContentType.Text + "; escaping=dots")]
    [InlineData("TEXT/PLAIN; Version=\"1.0.0\"; ESCAPING=allow-utf8", ExpositionContentType.TextUtf8 + "; escaping=allow-utf-8")]
    [InlineData("text/plain, application/openmetrics-text", ExpositionContentType.OpenMetrics)]
    [InlineData(",;q=1,;;, =;q=,text/plain;\"", ExpositionContentType.Text)]
    public void Choose_AcceptHeader_GivesTheContentType(string? accept, string expected) => Assert.Equal(expected, ExpositionNegotiation.Choose(accept).ContentType);

    [Fact]
    public void Choose_Scheme_IsThatOfTheChosenElement()
    {
        var choice = ExpositionNegotiation.Choose("text/plain;version=1.0.0;escaping=values;q=0.4,application/openmetrics-text;escaping=dots;q=0.5");

        Assert.Equal(new ExpositionChoice(ExpositionFormat.OpenMetrics, NameEscaping.Dots, NamesEscaping: true), choice);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("gzip", true)]
    [InlineData("deflate, GZIP;q=0.1", true)]
    [InlineData("x-gzip", true)]
    [InlineData("gzip;q=0", false)]
    [InlineData("*", true)]
    [InlineData("*;q=0, gzip", true)]
    [InlineData("gzip;q=0, *", false)]
    [InlineData("identity", false)]
    [InlineData("gzip;q=0.5, identity", false)]
    [InlineData("gzip;q=0.5, identity;q=0.5", true)]
    public void AcceptsGzip_Header_IsWeighed(string? header, bool expected) => Assert.Equal(expected, ExpositionNegotiation.AcceptsGzip(header));

    [Theory]
    [InlineData(null, 60)]
    [InlineData("10", 9.5)]
    [InlineData("1", 0.95)]
    [InlineData("0.1", 0.095)]
    [InlineData("100", 60)]
    [InlineData("0", 60)]
    [InlineData("-1", 60)]
    [InlineData("1e3", 60)]
    [InlineData("NaN", 60)]
    [InlineData("soon", 60)]
    public void Budget_ScrapeTimeout_LeavesTimeForTheAnswer(string? header, double seconds) =>
        Assert.Equal(seconds, ScrapeTimeout.Budget(header, TimeSpan.FromSeconds(60)).TotalSeconds, 6);

    [Theory]
    [InlineData("text/plain; version=0.0.4", ExpositionFormat.Text)]
    [InlineData("text/plain", ExpositionFormat.Text)]
    [InlineData("text/plain;version=1.0.0;escaping=allow-utf-8", ExpositionFormat.TextUtf8)]
    [InlineData("Application/OpenMetrics-Text; version=1.0.0; charset=utf-8", ExpositionFormat.OpenMetrics)]
    [InlineData("text/html", null)]
    [InlineData("", null)]
    public void ContentType_Parsed_NamesTheFormat(string contentType, ExpositionFormat? expected) =>
        Assert.Equal(expected, ExpositionContentType.TryParse(contentType, out var format) ? format : null);
}
