using System.Net;
using System.Text;
using DynamoAspire.Testing;
using Microsoft.AspNetCore.Http;

namespace DynamoAspire.MetricsAggregator.Tests.Targets;

/// <summary>Groups of HTTP targets, from configuration to what is served, over real sockets.</summary>
public sealed class ScrapeGroupTests
{
    [Fact]
    public async Task Urls_OfAGroup_CarryJobAndInstanceAndItsLabels()
    {
        await using var engine = await EngineStandIn.StartAsync("# TYPE x gauge\nx{job=\"own\"} 1\n");
        await using var host = await AggregatorHost.StartAsync(Group(("Urls:0", engine.Url), ("Labels:zone", "z")));
        var instance = new Uri(engine.Url).Authority;

        Assert.Equal([$"x{{exported_job=\"own\",instance=\"{instance}\",job=\"g\",zone=\"z\"}} 1.0"], await host.LinesAsync("x{"));
        Assert.Equal([$"dynamo_aspire_target_up{{source=\"scrape\",target=\"g/{instance}\"}} 1.0"], await host.LinesAsync("dynamo_aspire_target_up{"));
    }

    [Fact]
    public async Task Urls_AndServices_AreResolvedToEveryEndpoint()
    {
        await using var a = await EngineStandIn.StartAsync("x 1\n");
        await using var b = await EngineStandIn.StartAsync("x 2\n");
        await using var host = await AggregatorHost.StartAsync([.. Group(("Services:0", "engine")), ("services:engine:http:0", Base(a)), ("services:engine:http:1", Base(b))]);
        Assert.Equal(2, (await host.LinesAsync("x{")).Length);

        await using var byUrl = await AggregatorHost.StartAsync([.. Group(("Urls:0", "https+http://engine/metrics")), ("services:engine:http:0", Base(a))]);
        Assert.Single(await byUrl.LinesAsync("x{"));
    }

    [Fact]
    public async Task MetricRelabel_AndPrefixes_DecideWhatIsServed()
    {
        await using var engine = await EngineStandIn.StartAsync("vllm:a 1\nvllm:b 2\nother 3\n");
        await using var host = await AggregatorHost.StartAsync(Group(
            ("Urls:0", engine.Url), ("IncludePrefixes:0", "vllm:"),
            ("MetricRelabel:0:SourceLabels:0", "__name__"), ("MetricRelabel:0:Regex", "vllm:b"), ("MetricRelabel:0:Action", "drop"),
            ("MetricRelabel:1:Regex", "instance"), ("MetricRelabel:1:Action", "LabelDrop")));

        Assert.Equal(["vllm:a{job=\"g\"} 1.0"], await host.LinesAsync("vllm:"));
        Assert.Empty(await host.LinesAsync("other"));
        Assert.EndsWith(" 3.0", Assert.Single(await host.LinesAsync("dynamo_aspire_target_scrape_samples{")), StringComparison.Ordinal);
        Assert.EndsWith(" 1.0", Assert.Single(await host.LinesAsync("dynamo_aspire_target_scrape_samples_kept{")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Relabel_OfTargets_ChangesAddressPathAndLabelsOrDrops()
    {
        await using var engine = await EngineStandIn.StartAsync(c => c.Response.WriteAsync(c.Request.Path == "/other" ? "x 1\n" : "x 2\n"));
        await using var host = await AggregatorHost.StartAsync(Group(
            ("Urls:0", engine.Url), ("Urls:1", "http://127.0.0.1:1/drop-me"),
            ("Relabel:0:SourceLabels:0", "__metrics_path__"), ("Relabel:0:Regex", "/drop.*"), ("Relabel:0:Action", "Drop"),
            ("Relabel:1:TargetLabel", "__metrics_path__"), ("Relabel:1:Replacement", "/other"),
            ("Relabel:2:TargetLabel", "instance"), ("Relabel:2:Replacement", "chosen")));

        Assert.Equal(["x{instance=\"chosen\",job=\"g\"} 1.0"], await host.LinesAsync("x{"));
        var (_, json) = await host.GetAsync("/api/v1/targets");
        Assert.Contains("\"droppedTargetCounts\":{\"g\":1}", json, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Interval_NotOver_ServesWhatWasSaidLast()
    {
        var clock = new FakeClock();
        await using var engine = await EngineStandIn.StartAsync("x 1\n");
        await using var host = await AggregatorHost.StartAsync(clock, Group(("Urls:0", engine.Url), ("Interval", "30s"), ("Timeout", "5s")));
        Assert.Single(await host.LinesAsync("x{"));
        clock.Advance(TimeSpan.FromSeconds(20));
        Assert.Single(await host.LinesAsync("x{"));
        Assert.Equal(1, engine.Requests);

        engine.Answer = c =>
        {
            c.Abort();
            return Task.CompletedTask;
        };
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Empty(await host.LinesAsync("x{"));
        Assert.Equal(2, engine.Requests);
    }

    [Fact]
    public async Task TargetThatRestartsWithLess_LeavesNoGhost()
    {
        await using var engine = await EngineStandIn.StartAsync("x{run=\"1\"} 1\ny 1\n");
        await using var host = await AggregatorHost.StartAsync(Group(("Urls:0", engine.Url)));
        Assert.Single(await host.LinesAsync("y{"));
        engine.Answer = c => c.Response.WriteAsync("x{run=\"2\"} 1\n");

        Assert.Contains("run=\"2\"", Assert.Single(await host.LinesAsync("x{")), StringComparison.Ordinal);
        Assert.Empty(await host.LinesAsync("y{"));
    }

    [Theory]
    [InlineData("BearerToken", "t0ken", null, null, "Bearer t0ken")]
    [InlineData("Username", "u", "Password", "p:w", "Basic dTpwOnc=")]
    public async Task Credentials_Configured_AreSent(string key, string value, string? key2, string? value2, string expected)
    {
        var seen = "";
        await using var engine = await EngineStandIn.StartAsync(c =>
        {
            seen = c.Request.Headers.Authorization.ToString();
            return c.Response.WriteAsync("x 1\n");
        });
        await using var host = await AggregatorHost.StartAsync(Group([("Urls:0", engine.Url), (key, value), .. key2 is null ? [] : new[] { (key2, value2!) }]));
        Assert.Single(await host.LinesAsync("x{"));

        Assert.Equal(expected, seen);
        var (_, page) = await host.GetAsync("/");
        var (_, json) = await host.GetAsync("/api/v1/targets");
        Assert.DoesNotContain(value2 ?? value, page + json, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Credentials_InFiles_AreReadWithEveryScrape()
    {
        using var folder = new TemporaryDirectory();
        var file = folder.Combine("token");
        await File.WriteAllTextAsync(file, "one\n");
        var seen = "";
        await using var engine = await EngineStandIn.StartAsync(c =>
        {
            seen = c.Request.Headers.Authorization.ToString();
            return c.Response.WriteAsync("x 1\n");
        });
        await using var host = await AggregatorHost.StartAsync(Group(("Urls:0", engine.Url), ("BearerTokenFile", file)));
        await host.ScrapeAsync();
        Assert.Equal("Bearer one", seen);
        await File.WriteAllTextAsync(file, "two");
        await host.ScrapeAsync();
        Assert.Equal("Bearer two", seen);

        File.Delete(file);
        Assert.Empty(await host.LinesAsync("x{"));
    }

    [Fact]
    public async Task Url_WithUserAndPassword_SendsThemAndShowsThemNowhere()
    {
        var seen = "";
        await using var engine = await EngineStandIn.StartAsync(c =>
        {
            seen = c.Request.Headers.Authorization.ToString();
            return c.Response.WriteAsync("x 1\n");
        });
        await using var host = await AggregatorHost.StartAsync(Group(("Urls:0", engine.Url.Replace("://", "://user:s3cret@", StringComparison.Ordinal))));
        Assert.Single(await host.LinesAsync("x{"));
        Assert.Equal("Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("user:s3cret")), seen);
        foreach (var path in new[] { "/", "/api/v1/targets", "/metrics", "/sd" })
        {
            Assert.DoesNotContain("s3cret", (await host.GetAsync(path)).Body, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Networks_NotAllowed_AreRefused()
    {
        await using var engine = await EngineStandIn.StartAsync("x 1\n");
        await using var host = await AggregatorHost.StartAsync(Group(("Urls:0", engine.Url), ("AllowedNetworks:0", "10.0.0.0/8")));
        Assert.Empty(await host.LinesAsync("x{"));
        Assert.Equal(0, engine.Requests);
        Assert.Contains("reason=\"refused_address\"", Assert.Single(await host.LinesAsync("dynamo_aspire_target_failures_total{")), StringComparison.Ordinal);

        await using var allowed = await AggregatorHost.StartAsync(Group(("Urls:0", engine.Url), ("AllowedNetworks:0", "127.0.0.0/8")));
        Assert.Single(await allowed.LinesAsync("x{"));
    }

    [Fact]
    public async Task Limits_OfTheGroup_GoBeforeThoseOfTheSection()
    {
        await using var engine = await EngineStandIn.StartAsync("x{a=\"1\"} 1\nx{a=\"2\"} 1\n");
        await using var host = await AggregatorHost.StartAsync(Group(("Urls:0", engine.Url), ("SampleLimit", "1")));
        Assert.Empty(await host.LinesAsync("x{"));
        Assert.Contains("limit=\"sample_limit\"", Assert.Single(await host.LinesAsync("dynamo_aspire_target_limit_exceeded_total{")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TargetLimit_Exceeded_FailsTheWholeGroupWithoutAsking()
    {
        await using var engine = await EngineStandIn.StartAsync("x 1\n");
        await using var host = await AggregatorHost.StartAsync(Group(("Urls:0", engine.Url), ("Urls:1", Base(engine) + "/2"), ("Urls:2", Base(engine) + "/3"), ("TargetLimit", "2")));
        Assert.Empty(await host.LinesAsync("x{"));
        Assert.Equal(0, engine.Requests);
        Assert.Equal(2, (await host.LinesAsync("dynamo_aspire_target_up{")).Length);
    }

    [Fact]
    public async Task MaxSeries_Exceeded_LeavesWholeSourcesOutAndCountsThem()
    {
        await using var a = await EngineStandIn.StartAsync(string.Concat(Enumerable.Range(0, 50).Select(i => $"x{{i=\"{i}\"}} 1\n")));
        await using var b = await EngineStandIn.StartAsync(string.Concat(Enumerable.Range(0, 5000).Select(i => $"y{{i=\"{i}\"}} 1\n")));
        await using var host = await AggregatorHost.StartAsync([.. Group(("Urls:0", b.Url), ("Urls:1", a.Url)), ("Aggregator:MaxSeries", "3000")]);
        Assert.Equal(50, (await host.LinesAsync("x{")).Length);
        Assert.Empty(await host.LinesAsync("y{"));
        Assert.Equal(["dynamo_aspire_merge_dropped_samples_total{reason=\"max_series\"} 10000.0"], await host.LinesAsync("dynamo_aspire_merge_dropped_samples_total{reason=\"max_series\"}"));
    }

    private static string Base(EngineStandIn engine) => new Uri(engine.Url).GetLeftPart(UriPartial.Authority);

    private static (string, string)[] Group(params (string Key, string Value)[] settings) =>
        [("Aggregator:Scrapes:0:Name", "g"), .. settings.Select(s => ($"Aggregator:Scrapes:0:{s.Key}", s.Value))];
}
