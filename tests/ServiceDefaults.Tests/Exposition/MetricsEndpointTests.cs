using System.IO.Compression;
using System.Net;
using System.Net.Sockets;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Registry;
using DynamoAspire.ServiceDefaults.Exposition;
using DynamoAspire.Testing;
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
    public async Task Get_MoreThanAllowedAtOnce_IsRefusedInWords()
    {
        var hold = new TaskCompletionSource();
        var options = new MetricsEndpointOptions { MaxScrapesInFlight = 3 };
        await using var service = await TestService.StartAsync(map: app => app.MapMetrics("/held", async (_, cancel) => await hold.Task.WaitAsync(cancel), options));
        var held = Enumerable.Range(0, 4).Select(_ => service.Client.GetAsync("/held")).ToList();

        var first = await await Task.WhenAny(held);
        hold.SetResult();
        var all = await Task.WhenAll(held);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, first.StatusCode);
        Assert.StartsWith("Too many scrapes at once: 3 ", await first.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(3, all.Count(r => r.StatusCode == HttpStatusCode.OK));
        Assert.Equal(HttpStatusCode.OK, (await service.Client.GetAsync("/held")).StatusCode);
    }

    [Fact]
    public async Task Get_NameFilter_GivesThoseFamiliesAndSamplesOnly()
    {
        var registry = _service.App.Services.GetRequiredService<MetricRegistry>();
        registry.Counter("wanted_total", "Wanted.").Inc();
        registry.Histogram("h_seconds", "H.", [1]).Observe(2);

        var text = await _service.Client.GetStringAsync("/metrics?name[]=wanted&name[]=h_seconds_count&name[]=nobody");

        Assert.Equal("# HELP h_seconds H.\n# TYPE h_seconds histogram\nh_seconds_count 1.0\n# HELP wanted_total Wanted.\n# TYPE wanted_total counter\nwanted_total 1.0\n", text);
    }

    [Fact]
    public async Task Get_ScraperNamesAScheme_ContentTypeNamesItToo()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics?name[]=process_threads");
        request.Headers.TryAddWithoutValidation("Accept", "text/plain;version=1.0.0;escaping=dots");
        using var response = await _service.Client.SendAsync(request);

        Assert.Equal("text/plain; version=1.0.0; charset=utf-8; escaping=dots", response.Content.Headers.ContentType!.ToString());
        Assert.Contains("\nprocess__threads ", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Get_CollectingOutlastsTheScrapeTimeout_IsRefusedBeforeItIsOver()
    {
        var never = new TaskCompletionSource();
        await using var service = await TestService.StartAsync(map: app => app.MapMetrics("/deaf", async (_, _) => await never.Task, new MetricsEndpointOptions { MaxScrapesInFlight = 1 }));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/deaf");
        request.Headers.Add("X-Prometheus-Scrape-Timeout-Seconds", "0.3");
        using var response = await service.Client.SendAsync(request);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Contains("longer than 0.285 s", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        // The collection that goes on regardless still counts: it works on a snapshot that nobody else may have.
        Assert.StartsWith("Too many scrapes", await (await service.Client.GetAsync("/deaf")).Content.ReadAsStringAsync(), StringComparison.Ordinal);
        never.SetResult();
        await Eventually.TrueAsync("the place is free again", async () => (await service.Client.GetAsync("/deaf")).IsSuccessStatusCode);
    }

    [Fact]
    public async Task Get_CollectionToldToStopReturnsWhatItHas_IsServed()
    {
        var header = FamilyHeader.Create("partial", MetricType.Gauge, null);
        await using var service = await TestService.StartAsync(map: app => app.MapMetrics("/partial", async (snapshot, stop) =>
        {
            snapshot.Clear();
            snapshot.BeginFamily(header);
            snapshot.Add(Series.Create("partial"), 1);
            await Task.Delay(Timeout.Infinite, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/partial");
        request.Headers.Add("X-Prometheus-Scrape-Timeout-Seconds", "0.2");
        using var response = await service.Client.SendAsync(request);

        Assert.Equal("# TYPE partial gauge\npartial 1.0\n", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Get_ClientThatDoesNotRead_IsCutOffAndHoldsUpNobody()
    {
        var header = FamilyHeader.Create("large", MetricType.Gauge, null);
        var series = Enumerable.Range(0, 200_000).Select(i => Series.Create("large", new KeyValuePair<string, string>("padding_padding_padding_padding", $"{i}"))).ToArray();
        var options = new MetricsEndpointOptions { MaxScrapesInFlight = 1, ReadTimeLimit = TimeSpan.FromSeconds(1) };
        await using var service = await TestService.StartAsync(map: app => app.MapMetrics("/large", (snapshot, _) =>
        {
            snapshot.Clear();
            snapshot.BeginFamily(header);
            foreach (var one in series)
            {
                snapshot.Add(one, 1);
            }

            return ValueTask.CompletedTask;
        }, options));
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, service.Client.BaseAddress!.Port);
        await client.GetStream().WriteAsync("GET /large HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
        var first = new byte[1];
        await client.GetStream().ReadExactlyAsync(first);

        // One scrape may be in flight, and the idle client's is over as far as others are concerned.
        Assert.True((await service.Client.GetAsync("/large")).IsSuccessStatusCode);
        await Eventually.TrueAsync("the server gives up", () => Task.FromResult(IsCut(client)));
    }

    [Fact]
    public async Task Get_SlowClientsHoldAsManyBytesAsAllowed_IsRefusedInWords()
    {
        var header = FamilyHeader.Create("large", MetricType.Gauge, null);
        var series = Enumerable.Range(0, 200_000).Select(i => Series.Create("large", new KeyValuePair<string, string>("padding_padding_padding_padding", $"{i}"))).ToArray();
        await using var service = await TestService.StartAsync(map: app => app.MapMetrics("/large", (snapshot, _) =>
        {
            snapshot.Clear();
            snapshot.BeginFamily(header);
            foreach (var one in series)
            {
                snapshot.Add(one, 1);
            }

            return ValueTask.CompletedTask;
        }, new MetricsEndpointOptions { MaxResponseBytesInFlight = 1024 * 1024 }));
        using var client = new TcpClient { ReceiveBufferSize = 4096 };
        await client.ConnectAsync(IPAddress.Loopback, service.Client.BaseAddress!.Port);
        await client.GetStream().WriteAsync("GET /large HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray());
        await client.GetStream().ReadExactlyAsync(new byte[1]);

        using var second = await service.Client.GetAsync("/large");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, second.StatusCode);
        Assert.Contains("hold 1048576 bytes of answers already", await second.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        client.Close();
        await Eventually.TrueAsync("one that is alone is answered, whatever its size", async () => (await service.Client.GetAsync("/large")).IsSuccessStatusCode);
    }

    private static bool IsCut(TcpClient client)
    {
        // Reading would make it a client that reads; whether a reset has come can be asked without.
        return client.Client.Poll(0, SelectMode.SelectError) || client.Client.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error) is not 0 || IsResetByWriting(client);
    }

    private static bool IsResetByWriting(TcpClient client)
    {
        try
        {
            client.Client.Send("\r\n"u8);
            return false;
        }
        catch (SocketException)
        {
            return true;
        }
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
