using System.Text;
using DynamoAspire.MetricsAggregator.Discovery;
using DynamoAspire.MetricsAggregator.Options;
using DynamoAspire.Testing;
using Microsoft.AspNetCore.Http;

namespace DynamoAspire.MetricsAggregator.Tests.Discovery;

public sealed class HttpSdTests
{
    [Fact]
    public async Task List_ThatChanges_IsFollowed_AndWhatGoesLeavesNothing()
    {
        await using var a = await EngineStandIn.StartAsync("x 1\n");
        await using var b = await EngineStandIn.StartAsync("x 2\n");
        var list = $"[{{\"targets\":[\"{Address(a)}\"],\"labels\":{{\"zone\":\"z\",\"__meta_pod\":\"p\"}}}}]";
        await using var server = await EngineStandIn.StartAsync(c => c.Response.WriteAsync(list));
        await using var host = await AggregatorHost.StartAsync(Group(server, ("Relabel:0:Regex", "__meta_(pod)"), ("Relabel:0:Action", "LabelMap")));
        await Eventually.TrueAsync("the listed target is scraped", async () => (await host.LinesAsync("x{")).Length == 1);
        Assert.Equal($"x{{instance=\"{Address(a)}\",job=\"g\",pod=\"p\",zone=\"z\"}} 1.0", Assert.Single(await host.LinesAsync("x{")));

        list = $"[{{\"targets\":[\"{Address(b)}\"]}}]";
        await Eventually.TrueAsync("the other takes its place", async () => (await host.LinesAsync("x{")) is [var line] && line.Contains(Address(b), StringComparison.Ordinal));
        Assert.Contains(Address(b), Assert.Single(await host.LinesAsync("dynamo_aspire_target_up{")), StringComparison.Ordinal);

        list = "broken";
        var read = server.Requests;
        await Eventually.TrueAsync("the broken list was read", () => server.Requests > read + 1);
        Assert.Single(await host.LinesAsync("x{"));
        Assert.DoesNotContain(" 0.0", Assert.Single(await host.LinesAsync("dynamo_aspire_discovery_reads_total{job=\"g\",result=\"failed\"}")), StringComparison.Ordinal);

        list = "[]";
        await Eventually.TrueAsync("nothing is left", async () => (await host.LinesAsync("x{")).Length == 0 && (await host.LinesAsync("dynamo_aspire_target_up{")).Length == 0);
    }

    [Theory]
    [InlineData("http://h/metrics")]
    [InlineData("user@h:1")]
    [InlineData("h:1/path")]
    [InlineData("h:1?x")]
    [InlineData("h 1")]
    [InlineData("")]
    [InlineData("h:99999")]
    public void List_AddressThatWouldLeadElsewhere_IsRefusedWhole(string address)
    {
        var json = Encoding.UTF8.GetBytes($"[{{\"targets\":[\"good:1\",\"{address}\"]}}]");
        Assert.False(HttpSdReader.TryRead(json, new ScrapeOptions(), "o", out var found, out var problem));
        Assert.Empty(found);
        Assert.NotEmpty(problem);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("[{}]")]
    [InlineData("[{\"targets\":[1]}]")]
    [InlineData("")]
    public void List_ThatIsNone_IsRefused(string json) => Assert.False(HttpSdReader.TryRead(Encoding.UTF8.GetBytes(json), new ScrapeOptions(), "o", out _, out _));

    [Theory]
    [InlineData("file")]
    [InlineData("gopher")]
    public void Relabeled_SchemeThatIsNotHttp_IsNoTarget(string scheme) => Assert.False(TargetAddress.TryBuild(scheme, "h:1", "/metrics", null, out _));

    private static string Address(EngineStandIn engine) => new Uri(engine.Url).Authority;

    private static (string, string)[] Group(EngineStandIn list, params (string Key, string Value)[] settings) =>
        [("Aggregator:Scrapes:0:Name", "g"), ("Aggregator:Scrapes:0:HttpSd:0", list.Url), ("Aggregator:Scrapes:0:RefreshInterval", "100ms"), .. settings.Select(s => ($"Aggregator:Scrapes:0:{s.Key}", s.Value))];
}
