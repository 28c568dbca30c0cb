using System.IO.Compression;
using System.Net;
using DynamoAspire.Metrics.Registry;
using DynamoAspire.ServiceDefaults.Exposition;
using Microsoft.Extensions.DependencyInjection;

namespace DynamoAspire.ServiceDefaults.Tests.Exposition;

public sealed class MetricsEndpointTests : IAsyncLifetime
{
    private TestService _service = null!;

    public async Task InitializeAsync() => _service = await TestService.StartAsync();

    public async Task DisposeAsync() => await _service.DisposeAsync();

    [Theory]
    [InlineData(null, "text/plain")]
    [InlineData("*/*", "text/plain")]
    [InlineData("application/openmetrics-text", "application/openmetrics-text")]
    [InlineData("application/openmetrics-text;version=1.0.0;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1", "application/openmetrics-text")]
    [InlineData("application/openmetrics-text;version=1.0.0;q=0.2,text/plain;version=0.0.4;q=0.5", "text/plain")]
    [InlineData("application/openmetrics-text;version=2.0.0", "text/plain")]
    [InlineData("application/openmetrics-text;q=0", "text/plain")]
    [InlineData("application/vnd.google.protobuf;q=1,application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=1.0.0;q=0.5", "application/openmetrics-text")]
    public async Task Get_AcceptHeader_ChoosesTheFormat(string? accept, string expected)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.TryAddWithoutValidation("Accept", accept);
        using var response = await _service.Client.SendAsync(request);

        Assert.Equal(expected, response.Content.Headers.ContentType!.MediaType);
        Assert.Equal(expected.StartsWith("app", StringComparison.Ordinal), (await response.Content.ReadAsStringAsync()).EndsWith("# EOF\n", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Get_GzipAccepted_IsCompressed()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.TryAddWithoutValidation("Accept-Encoding", "gzip");
        using var response = await _service.Client.SendAsync(request);

        Assert.Equal(["gzip"], response.Content.Headers.ContentEncoding);
        await using var gzip = new GZipStream(await response.Content.ReadAsStreamAsync(), CompressionMode.Decompress);
        Assert.Contains("dynamo_aspire_build_info", await new StreamReader(gzip).ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_RegistryAndProcess_AreThere()
    {
        _service.App.Services.GetRequiredService<MetricRegistry>().Counter("mine_total", "Mine.").Inc();

        var text = await _service.MetricsAsync();

        Assert.Contains("\nmine_total 1.0\n", text, StringComparison.Ordinal);
        Assert.Matches("""dynamo_aspire_build_info\{profile="(full|restricted|mixed)",revision="[0-9a-z]+",service="test-service",version="\d+\.\d+\.\d+"\} 1\.0""", text);
        Assert.Matches(@"\nprocess_resident_memory_bytes [1-9]", text);
        Assert.Matches(@"\nprocess_start_time_seconds 1\.[0-9]+e\+09", text);
    }

    [Fact]
    public async Task Get_FamilyInRegistryAndMeter_IsThereOnceAndCounted()
    {
        using var meter = new System.Diagnostics.Metrics.Meter("DynamoAspire.Tests.Clash");
        meter.CreateCounter<long>("clash").Add(7);
        _service.App.Services.GetRequiredService<MetricRegistry>().Counter("clash_total", "Registry's.").Inc();
        await _service.MetricsAsync();

        var text = await _service.MetricsAsync();

        Assert.Contains("\nclash_total 1.0\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("clash_total 7", text, StringComparison.Ordinal);
        Assert.Contains("dynamo_aspire_own_metric_clashes_total 1.0", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_MoreThanAllowedAtOnce_IsRefused()
    {
        var hold = new TaskCompletionSource();
        await using var service = await TestService.StartAsync(map: app => app.MapMetrics("/held", async (_, cancel) => await hold.Task.WaitAsync(cancel)));
        var held = Enumerable.Range(0, MetricsEndpoint.MaxScrapesInFlight + 1).Select(_ => service.Client.GetAsync("/held")).ToList();

        var first = await Task.WhenAny(held);
        hold.SetResult();
        var all = await Task.WhenAll(held);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await first).StatusCode);
        Assert.Equal(MetricsEndpoint.MaxScrapesInFlight, all.Count(r => r.StatusCode == HttpStatusCode.OK));
    }

    [Fact]
    public async Task MetricsPath_Moved_IsServedThereOnly()
    {
        await using var service = await TestService.StartAsync(description: TestService.Description with { MetricsPath = "/-/metrics", HealthPath = null });

        Assert.Equal(HttpStatusCode.OK, (await service.Client.GetAsync("/-/metrics")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await service.Client.GetAsync("/metrics")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await service.Client.GetAsync("/health")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await service.Client.GetAsync("/-/ready")).StatusCode);
    }
}
