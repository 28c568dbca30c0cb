using System.Net;
using System.Text.Json;
using DynamoAspire.Metrics.Multiprocess.Writing;
using DynamoAspire.Testing;
using Microsoft.AspNetCore.Http;

namespace DynamoAspire.MetricsAggregator.Tests.Api;

public sealed class EndpointsTests
{
    [Fact]
    public async Task Source_ByName_AsksOnlyThatOne()
    {
        await using var a = await EngineStandIn.StartAsync("x 1\n");
        await using var b = await EngineStandIn.StartAsync("x 2\n");
        await using var host = await AggregatorHost.StartAsync([.. AggregatorHost.Engine(0, "a", a.Url), ("Aggregator:Scrapes:0:Name", "g"), ("Aggregator:Scrapes:0:Urls:0", b.Url)]);

        var (status, text) = await host.GetAsync("/metrics/a");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Single(text.Split('\n'), l => l.StartsWith("x{", StringComparison.Ordinal));
        Assert.DoesNotContain("dynamo_aspire", text, StringComparison.Ordinal);
        Assert.Equal(0, b.Requests);
        Assert.Contains("job=\"g\"} 2.0", (await host.GetAsync("/metrics/g")).Body, StringComparison.Ordinal);
        Assert.Contains("job=\"g\"} 2.0", (await host.GetAsync("/metrics/g/" + new Uri(b.Url).Authority)).Body, StringComparison.Ordinal);
        Assert.Contains("dynamo_aspire_build_info", (await host.GetAsync("/metrics/self")).Body, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await host.GetAsync("/metrics/load")).Status);
    }

    [Theory]
    [InlineData("/metrics/unknown")]
    [InlineData("/metrics/http://127.0.0.1:1/metrics")]
    [InlineData("/metrics/..%2f..%2fetc")]
    public async Task Source_ThatIsNotConfigured_IsNotFound(string path)
    {
        await using var host = await AggregatorHost.StartAsync();
        Assert.Equal(HttpStatusCode.NotFound, (await host.GetAsync(path)).Status);
    }

    [Fact]
    public async Task Federate_Selectors_GiveTheUnion()
    {
        await using var a = await EngineStandIn.StartAsync("# TYPE vllm:x gauge\nvllm:x{engine=\"0\"} 1\nvllm:x{engine=\"1\"} 2\n# TYPE y_total counter\ny_total 3\nz 4\n");
        await using var host = await AggregatorHost.StartAsync(AggregatorHost.Engine(0, "a", a.Url));
        var (status, text) = await host.GetAsync("/federate?match[]=" + Uri.EscapeDataString("vllm:x{engine!=\"0\"}") + "&match[]=" + Uri.EscapeDataString("{__name__=~\"y.*\"}"));

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(["# TYPE vllm:x gauge", "vllm:x{", "# TYPE y_total counter", "y_total{"], text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.StartsWith('#') ? l : l[..(l.IndexOf('{', StringComparison.Ordinal) + 1)]));
        Assert.Contains("engine=\"1\"", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/federate")]
    [InlineData("/federate?match[]={}")]
    [InlineData("/federate?match[]=x%7Ba%3D~%22(%22%7D")]
    public async Task Federate_WithoutAUsableSelector_SaysWhy(string path)
    {
        await using var host = await AggregatorHost.StartAsync();
        var (status, text) = await host.GetAsync(path);
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.NotEmpty(text);
    }

    [Fact]
    public async Task Targets_HaveTheShapeOfPrometheus()
    {
        await using var a = await EngineStandIn.StartAsync("x 1\n");
        await using var host = await AggregatorHost.StartAsync([.. AggregatorHost.Engine(0, "a", a.Url), .. AggregatorHost.Engine(1, "dead", "http://127.0.0.1:1/metrics?token=s3cret")]);
        using (var before = JsonDocument.Parse((await host.GetAsync("/api/v1/targets")).Body))
        {
            Assert.All(before.RootElement.GetProperty("data").GetProperty("activeTargets").EnumerateArray(), t => Assert.Equal("unknown", t.GetProperty("health").GetString()));
        }

        await host.ScrapeAsync();
        var (_, json) = await host.GetAsync("/api/v1/targets");
        using var document = JsonDocument.Parse(json);
        Assert.Equal("success", document.RootElement.GetProperty("status").GetString());
        var targets = document.RootElement.GetProperty("data").GetProperty("activeTargets").EnumerateArray().ToList();
        Assert.Equal(["up", "down"], targets.Select(t => t.GetProperty("health").GetString()));
        Assert.Equal(a.Url, targets[0].GetProperty("scrapeUrl").GetString());
        Assert.Equal("a", targets[0].GetProperty("labels").GetProperty("engine_name").GetString());
        Assert.Equal("", targets[0].GetProperty("lastError").GetString());
        Assert.True(targets[0].GetProperty("lastScrape").GetDateTimeOffset() > DateTimeOffset.UtcNow.AddMinutes(-1));
        Assert.True(targets[0].GetProperty("lastScrapeDuration").GetDouble() > 0);
        Assert.Contains("nobody listens", targets[1].GetProperty("lastError").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", json, StringComparison.Ordinal);

        using var one = JsonDocument.Parse((await host.GetAsync("/api/v1/targets?scrapePool=dead&state=active")).Body);
        Assert.Equal("dead", Assert.Single(one.RootElement.GetProperty("data").GetProperty("activeTargets").EnumerateArray().ToList()).GetProperty("name").GetString());
    }

    [Fact]
    public async Task Sd_EverySource_CanBeScrapedWhereItSays()
    {
        await using var a = await EngineStandIn.StartAsync("x 1\n");
        await using var host = await AggregatorHost.StartAsync(("Aggregator:Scrapes:0:Name", "a group/ö"), ("Aggregator:Scrapes:0:Urls:0", a.Url));
        using var document = JsonDocument.Parse((await host.GetAsync("/sd")).Body);
        var entries = document.RootElement.EnumerateArray().ToList();

        Assert.Equal(["a group/ö", "load", "self"], entries.Select(e => e.GetProperty("labels").GetProperty("instance").GetString()));
        foreach (var entry in entries)
        {
            var url = $"http://{entry.GetProperty("targets")[0].GetString()}{entry.GetProperty("labels").GetProperty("__metrics_path__").GetString()}";
            using var response = await host.Client.GetAsync(new Uri(url));
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        }
    }

    [Fact]
    public async Task CollectionCase_OfEachEngine_IsToldEverywhere()
    {
        using var folder = new TemporaryDirectory();
        using var empty = new TemporaryDirectory();
        var file = folder.Combine("a-file");
        await File.WriteAllTextAsync(file, "");
        using var writer = new MultiprocessWriter(folder.Path, new MultiprocessWriterOptions { Identifier = "1" });
        writer.Counter("vllm:tokens", "Tokens.").With().Inc(10);
        await using var same = await EngineStandIn.StartAsync("# TYPE vllm:tokens_total counter\nvllm:tokens_total 1\n");
        await using var other = await EngineStandIn.StartAsync("y 1\n");
        using var folder2 = new TemporaryDirectory();
        using var writer2 = new MultiprocessWriter(folder2.Path, new MultiprocessWriterOptions { Identifier = "1" });
        writer2.Counter("vllm:tokens", "Tokens.").With().Inc(10);
        await using var host = await AggregatorHost.StartAsync(
        [
            .. AggregatorHost.Engine(0, "unset", other.Url), .. AggregatorHost.Engine(1, "both", same.Url, folder.Path), .. AggregatorHost.Engine(2, "files", other.Url, folder2.Path),
            .. AggregatorHost.Engine(3, "empty", other.Url, empty.Path), .. AggregatorHost.Engine(4, "missing", other.Url, empty.Combine("nowhere")), .. AggregatorHost.Engine(5, "file", other.Url, file),
            ("Aggregator:EmptyDirectoryAfter", "0s"),
        ]);

        Assert.Equal(
            ["both files_and_memory", "empty directory_empty", "file not_a_directory", "files files_only", "missing directory_missing", "unset directory_unset"],
            (await host.LinesAsync("dynamo_aspire_engine_collection_case{")).Select(l => l.Split('"')[3] + " " + l.Split('"')[1]).Order());
        Assert.Equal(["dynamo_aspire_multiproc_directory_empty{target=\"empty\"} 1.0"], (await host.LinesAsync("dynamo_aspire_multiproc_directory_empty{")).Where(l => l.EndsWith(" 1.0", StringComparison.Ordinal)));
        var (_, page) = await host.GetAsync("/");
        foreach (var word in new[] { "files_and_memory", "directory_empty", "not_a_directory", "files_only", "directory_missing", "directory_unset", "has held no metrics so far" })
        {
            Assert.Contains(word, page, StringComparison.Ordinal);
        }

        using var late = new MultiprocessWriter(empty.Path, new MultiprocessWriterOptions { Identifier = "1" });
        late.Counter("vllm:tokens", "Tokens.").With().Inc(1);
        Assert.Contains("case=\"files_only\",target=\"empty\"", string.Join('\n', await host.LinesAsync("dynamo_aspire_engine_collection_case{")), StringComparison.Ordinal);
        Assert.Equal(6, (await host.LinesAsync("dynamo_aspire_engine_collection_case{")).Length);
        Assert.DoesNotContain(await host.LinesAsync("dynamo_aspire_multiproc_directory_empty{"), l => l.EndsWith(" 1.0", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Directories_OfNoEngine_AreServedUnderTheirName()
    {
        using var folder = new TemporaryDirectory();
        using var writer = new MultiprocessWriter(folder.Path, new MultiprocessWriterOptions { Identifier = "1" });
        writer.Counter("a", "A.").With().Inc(10);
        writer.Counter("b", "B.").With().Inc(10);
        await using var host = await AggregatorHost.StartAsync(
            ("Aggregator:Directories:0:Name", "d"), ("Aggregator:Directories:0:Path", folder.Path), ("Aggregator:Directories:0:Labels:zone", "z"), ("Aggregator:Directories:0:ExcludePrefixes:0", "b"));
        Assert.Equal(["a_total{job=\"d\",zone=\"z\"} 10.0"], await host.LinesAsync("a_total"));
        Assert.Empty(await host.LinesAsync("b_total"));
        Assert.Contains("a_total", (await host.GetAsync("/metrics/d")).Body, StringComparison.Ordinal);
    }
}
