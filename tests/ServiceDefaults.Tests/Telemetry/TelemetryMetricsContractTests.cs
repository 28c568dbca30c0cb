using System.Diagnostics.Metrics;
using System.Globalization;
using DynamoAspire.Testing;

namespace DynamoAspire.ServiceDefaults.Tests.Telemetry;

/// <summary>What /metrics must say of OpenTelemetry's meters, whichever adapter this build has.</summary>
public sealed class TelemetryMetricsContractTests : IAsyncLifetime, IDisposable
{
    private readonly Meter _meter = new("DynamoAspire.Tests." + Guid.NewGuid().ToString("n", CultureInfo.InvariantCulture));
    private TestService _service = null!;

    public async Task InitializeAsync() => _service = await TestService.StartAsync();

    public async Task DisposeAsync() => await _service.DisposeAsync();

    public void Dispose() => _meter.Dispose();

    [Fact]
    public async Task Counter_WithAnnotationUnit_EndsInTotalAndHasNoUnit()
    {
        _meter.CreateCounter<long>("my.requests", "{request}", "Requests seen.").Add(3);

        var lines = await LinesAsync("my_requests");

        Assert.Equal(["# HELP my_requests_total Requests seen.", "# TYPE my_requests_total counter", "my_requests_total 3.0"], lines.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("a.bytes", "By", "a_bytes_total")]
    [InlineData("a.moved", "By", "a_moved_bytes_total")]
    [InlineData("a.moved_total", "MiBy", "a_moved_mebibytes_total")]
    [InlineData("a.kept_bytes_total", "By", "a_kept_bytes_total")]
    [InlineData("a.speed", "By/s", "a_speed_bytes_per_second_total")]
    [InlineData("a-b./c", "1", "a_b_c_total")]
    [InlineData("a.share", "%", "a_share_percent_total")]
    [InlineData("a.odd", "widgets of-kind", "a_odd_widgets_of_kind_total")]
    [InlineData("a.wait", "{item}/s", "a_wait__per_second_total")]
    public async Task Counter_NameAndUnit_BecomeThePrometheusName(string name, string unit, string expected)
    {
        _meter.CreateCounter<double>(name, unit).Add(1.5);

        Assert.Contains(expected.Replace("__", "_", StringComparison.Ordinal) + " 1.5", await LinesAsync("a_"));
    }

    [Fact]
    public async Task Histogram_Seconds_HasCumulativeBucketsSumAndCount()
    {
        var histogram = _meter.CreateHistogram<double>("my.lat", "s", "Latency.", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1, 5] });
        histogram.Record(0.25, new KeyValuePair<string, object?>("operation", "read"));
        histogram.Record(2, new KeyValuePair<string, object?>("operation", "read"));
        histogram.Record(9, new KeyValuePair<string, object?>("operation", "read"));

        var lines = (await LinesAsync("my_lat")).Where(l => l[0] != '#').ToArray();

        Assert.Equal(
            [
                """my_lat_seconds_bucket{le="0.5",operation="read"} 1.0""",
                """my_lat_seconds_bucket{le="1.0",operation="read"} 1.0""",
                """my_lat_seconds_bucket{le="5.0",operation="read"} 2.0""",
                """my_lat_seconds_bucket{le="+Inf",operation="read"} 3.0""",
                """my_lat_seconds_sum{operation="read"} 11.25""",
                """my_lat_seconds_count{operation="read"} 3.0""",
            ],
            lines);
    }

    [Fact]
    public async Task Instruments_OfTheSameNameAndLabels_AreOneSeries()
    {
        // A library whose meter is made twice in a process, in two versions.
        using var second = new Meter(_meter.Name, "2.0");
        foreach (var meter in new[] { _meter, second })
        {
            meter.CreateCounter<long>("my.twice").Add(3, new KeyValuePair<string, object?>("a", "1"), new KeyValuePair<string, object?>("b", "2"));
            meter.CreateUpDownCounter<long>("my.both").Add(2);
            meter.CreateHistogram<double>("my.took", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [1] }).Record(0.5);
        }

        var series = (await LinesAsync("my_")).Where(l => l[0] != '#').Select(l => l[..l.LastIndexOf(' ')]).ToArray();

        Assert.Contains("""my_twice_total{a="1",b="2"}""", series);
        Assert.Contains("my_took_count", series);
        Assert.Equal(series.Distinct(), series);
    }

    [Fact]
    public async Task UpDownCounterAndGauges_AreGauges()
    {
        var active = _meter.CreateUpDownCounter<int>("my.active", "{request}");
        active.Add(5);
        active.Add(-3);
        _meter.CreateGauge<double>("my.level").Record(0.25);
        _meter.CreateObservableGauge("my.watched", () => 7L, "s");

        var lines = await LinesAsync("my_");

        Assert.Contains("# TYPE my_active gauge", lines);
        Assert.Contains("my_active 2.0", lines);
        Assert.Contains("my_level 0.25", lines);
        Assert.Contains("my_watched_seconds 7.0", lines);
    }

    [Fact]
    public async Task Labels_BadNamesAndValues_AreSanitisedEscapedAndJoined()
    {
        _meter.CreateCounter<long>("my.labels").Add(1, [new("http.method", "GE\"T\n"), new("1st", true), new("http-method", 7), new("x..y", 0.5)]);

        Assert.Contains("""my_labels_total{_1st="true",http_method="7;GE\"T\n",x_y="0.5"} 1.0""", await LinesAsync("my_labels"));
    }

    [Fact]
    public async Task Instruments_OfOneNameInTwoMeters_AreOneFamily()
    {
        using var other = new Meter("DynamoAspire.Tests.Other");
        _meter.CreateCounter<long>("my.shared").Add(1, new KeyValuePair<string, object?>("m", "a"));
        other.CreateCounter<long>("my.shared").Add(2, new KeyValuePair<string, object?>("m", "b"));

        var lines = await LinesAsync("my_shared");

        Assert.Equal("# TYPE my_shared_total counter", lines[0]);
        Assert.Equal(["""my_shared_total{m="a"} 1.0""", """my_shared_total{m="b"} 2.0"""], lines.Skip(1).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task OpenMetrics_Counter_IsAFamilyWithoutTotal()
    {
        _meter.CreateCounter<long>("my.open").Add(1);

        var text = await _service.MetricsAsync("application/openmetrics-text; version=1.0.0");

        Assert.Contains("# TYPE my_open counter\nmy_open_total 1.0\n", text, StringComparison.Ordinal);
        Assert.EndsWith("# EOF\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_OfTheRuntimeAndTheServer_AreThereWithoutScopeLabels()
    {
        // A request is measured after its answer has gone out.
        var last = "";
        var text = await Eventually.GetAsync(
            "a request was measured",
            async () => (last = await _service.MetricsAsync()).Contains("http_server_request_duration_seconds_bucket{", StringComparison.Ordinal) ? last : null,
            detail: () => last);

        Assert.Contains("# TYPE dotnet_gc_collections_total counter", text, StringComparison.Ordinal);
        Assert.DoesNotContain("otel_scope", text, StringComparison.Ordinal);
        Assert.DoesNotContain("target_info", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_OfMetersThatAreNotOurs_AreLeftOut()
    {
        using var foreign = new Meter("Somebody.Else");
        foreign.CreateCounter<long>("their.count").Add(1);

        Assert.Empty(await LinesAsync("their_count"));
    }

    [Fact]
    public async Task Collect_ManyAtOnce_AllSeeEverything()
    {
        var counter = _meter.CreateCounter<long>("my.busy");
        counter.Add(1);

        var scrapes = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => _service.MetricsAsync())));

        Assert.All(scrapes, s => Assert.Contains("my_busy_total 1.0\n", s, StringComparison.Ordinal));
    }

    private async Task<string[]> LinesAsync(string prefix) =>
        [.. (await _service.MetricsAsync()).Split('\n').Where(l => l.StartsWith(prefix, StringComparison.Ordinal) || (l.StartsWith('#') && l.Split(' ')[2].StartsWith(prefix, StringComparison.Ordinal)))];
}
