using System.Text;
using DynamoAspire.Engines.Configuration;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Parsing;
using DynamoAspire.Metrics.Writing;
using DynamoAspire.MetricsAggregator.Otlp;
using DynamoAspire.Testing;
using Microsoft.Extensions.Configuration;

namespace DynamoAspire.MetricsAggregator.Tests.Otlp;

/// <summary>The service, with a real engine's body behind it, against a receiver on a real socket.</summary>
public sealed class OtlpExportTests
{
    private static readonly string s_body = File.ReadAllText(Path.Combine(RepositoryPaths.Fixtures, "vllm-metrics", "new-dp2-t1.txt"));

    [Theory]
    [InlineData(false, "")]
    [InlineData(false, "gzip")]
    [InlineData(true, "")]
    [InlineData(true, "gzip")]
    public async Task Export_EveryPointOfTheSources_Arrives(bool grpc, string compression)
    {
        await using var receiver = await OtlpReceiver.StartAsync(grpc);
        await using var engine = await EngineStandIn.StartAsync(s_body);
        await using var host = await StartAsync(receiver, engine, ("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", grpc ? "grpc" : "http/protobuf"), ("OTEL_EXPORTER_OTLP_COMPRESSION", compression));
        await Eventually.TrueAsync("an export arrives", () => !receiver.Requests.IsEmpty);

        var (path, headers, body) = receiver.Requests.First();
        Assert.Equal(grpc ? "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export" : "/v1/metrics", path);
        Assert.Equal("s3 cret", headers["x-api-key"]);
        var points = new OtlpPoints();
        points.Add(body);
        Assert.Equal("the-aggregator", points.Resource["service.name"]);

        var (_, text) = await host.GetAsync("/metrics/a");
        var expected = new MetricSnapshot();
        Assert.True(new ExpositionLoader().Load(Encoding.UTF8.GetBytes(text), ExpositionFormat.Text, expected).Succeeded);
        var (compared, starts) = (0, 0);
        for (var i = 0; i < expected.FamilyCount; i++)
        {
            foreach (var sample in expected[i].Samples)
            {
                // Start times are those of the points here.
                var name = sample.Series.ToString();
                var ofCounter = name.Replace("_created{", "_total{", StringComparison.Ordinal);
                if (ofCounter != name && (points.Series.TryGetValue(ofCounter, out var started) || points.Series.TryGetValue(name.Replace("_created{", "_count{", StringComparison.Ordinal), out started)))
                {
                    Assert.Equal(sample.Value, started.Start / 1e9, 3);
                    starts++;
                    continue;
                }

                Assert.Equal(sample.Value, points.Series[name].Value);
                compared++;
            }
        }

        Assert.True(compared > 500 && starts > 20, $"{compared} points, {starts} start times");
        Assert.Equal(1, points.Series["dynamo_aspire_target_up{source=\"scrape\",target=\"a\"}"].Value);
        Assert.DoesNotContain(points.Series.Keys, k => k.StartsWith("http_server_", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(429)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task Export_ReceiverThatSaysLater_IsAskedAgain(int status)
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        receiver.Status = n => n == 1 ? status : 200;
        receiver.RetryAfter = "1";
        await using var host = await StartAsync(receiver, null);
        await Eventually.TrueAsync("the second attempt arrives", () => !receiver.Requests.IsEmpty);
        await Eventually.TrueAsync("it is counted once, as sent", async () => (await host.LinesAsync("dynamo_aspire_otlp_requests_total{result=\"sent\"} 1.0")).Length == 1);
        Assert.Equal(2, receiver.Calls);
        Assert.Single(await host.LinesAsync("dynamo_aspire_otlp_requests_total{result=\"unavailable\"} 0.0"));
    }

    [Fact]
    public async Task Export_ReceiverThatRefuses_IsNotAskedAgainAndCounted()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        receiver.Status = _ => 400;
        await using var host = await StartAsync(receiver, null);
        await Eventually.TrueAsync("it is counted", async () => (await host.LinesAsync("dynamo_aspire_otlp_requests_total{result=\"refused\"} 1.0")).Length == 1);
        Assert.Equal(1, receiver.Calls);
        Assert.DoesNotContain(" 0.0", Assert.Single(await host.LinesAsync("dynamo_aspire_otlp_points_total{result=\"refused\"}")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_PartlyTaken_IsCountedAsRejected()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        receiver.Answer = [0x0A, 0x02, 0x08, 0x03];
        await using var host = await StartAsync(receiver, null);
        await Eventually.TrueAsync("it is counted", async () => (await host.LinesAsync("dynamo_aspire_otlp_points_total{result=\"rejected\"} 3.0")).Length == 1);
    }

    [Fact]
    public async Task Export_NobodyThere_DelaysNoScrape()
    {
        await using var host = await AggregatorHost.StartAsync(("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", $"http://127.0.0.1:{FreePort.Next()}/x"), ("OTEL_EXPORTER_OTLP_TIMEOUT", "300"), ("OTEL_METRIC_EXPORT_INTERVAL", "100000"));
        await host.ScrapeAsync();
        await Eventually.TrueAsync("the failure is counted", async () => (await host.LinesAsync("dynamo_aspire_otlp_requests_total{result=\"connect\"} 1.0")).Length == 1);
    }

    [Theory]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "http://h:4318", "http://h:4318/v1/metrics")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", "http://h:4318/base/", "http://h:4318/base/v1/metrics")]
    [InlineData("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "http://h:4318/mine", "http://h:4318/mine")]
    public void Settings_Endpoint_IsFormedAsOpenTelemetrySays(string key, string value, string expected) => Assert.Equal(expected, Read((key, value))!.Endpoint.ToString());

    [Fact]
    public void Settings_Variables_AreRead()
    {
        var settings = Read(
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://h:1"), ("OTEL_EXPORTER_OTLP_HEADERS", "a=b,c=d%20e"), ("OTEL_EXPORTER_OTLP_METRICS_TIMEOUT", "250"), ("OTEL_METRIC_EXPORT_INTERVAL", "500"),
            ("OTEL_RESOURCE_ATTRIBUTES", "service.instance.id=i"))!;
        Assert.Equal([new("a", "b"), new("c", "d e")], settings.Headers);
        Assert.Equal((250, 500), (settings.Timeout.TotalMilliseconds, settings.Interval.TotalMilliseconds));
        Assert.Equal([new("service.instance.id", "i"), new("service.name", "svc")], settings.Resource);
        Assert.Null(Read());
        Assert.Null(Read(("OTEL_EXPORTER_OTLP_ENDPOINT", "http://h:1"), ("OTEL_METRICS_EXPORTER", "none")));
    }

    [Fact]
    public void Settings_Nonsense_IsReported()
    {
        var problems = new ConfigurationProblems();
        Read(problems, ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://h:1"), ("OTEL_EXPORTER_OTLP_TIMEOUT", "soon"), ("OTEL_METRIC_EXPORT_INTERVAL", "-1"));
        Read(problems, ("OTEL_EXPORTER_OTLP_ENDPOINT", "nonsense"));
        Assert.Equal(["OTEL_EXPORTER_OTLP_TIMEOUT", "OTEL_METRIC_EXPORT_INTERVAL", "OTEL_EXPORTER_OTLP_ENDPOINT"], problems.All.Select(p => p.Key));
    }

    private static OtlpSettings? Read(params (string Key, string Value)[] values) => Read(new ConfigurationProblems(), values);

    private static OtlpSettings? Read(ConfigurationProblems problems, params (string Key, string Value)[] values) =>
        OtlpSettings.Read(new ConfigurationBuilder().AddInMemoryCollection(values.Select(v => KeyValuePair.Create(v.Key, (string?)v.Value))).Build(), "svc", problems);

    private static Task<AggregatorHost> StartAsync(OtlpReceiver receiver, EngineStandIn? engine, params (string, string)[] more) => AggregatorHost.StartAsync(
    [
        .. engine is null ? [] : AggregatorHost.Engine(0, "a", engine.Url),
        ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", receiver.Url + "/v1/metrics"), ("OTEL_EXPORTER_OTLP_HEADERS", "x-api-key=s3%20cret"), ("OTEL_SERVICE_NAME", "the-aggregator"),
        ("OTEL_METRIC_EXPORT_INTERVAL", "600000"), .. more,
    ]);
}
