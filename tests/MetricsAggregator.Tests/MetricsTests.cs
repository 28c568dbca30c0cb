using System.Diagnostics;
using DynamoAspire.Engines;
using DynamoAspire.Metrics.Multiprocess;
using DynamoAspire.Metrics.Multiprocess.Writing;
using DynamoAspire.Testing;
using Microsoft.AspNetCore.Http;

namespace DynamoAspire.MetricsAggregator.Tests;

public sealed class MetricsTests
{
    private static readonly string s_workerOfA = new EngineIdentity(new EngineOptions { Name = "a", Model = "m" }).WorkerIdText;

    [Fact]
    public async Task Metrics_ScrapedEngines_ShareOneFamilyAndCarryTheirLabels()
    {
        const string Body = "# HELP vllm:num_requests_running Running.\n# TYPE vllm:num_requests_running gauge\nvllm:num_requests_running{engine=\"0\",model_name=\"own\"} 3\n";
        await using var a = await EngineStandIn.StartAsync(Body);
        await using var b = await EngineStandIn.StartAsync(Body.Replace("} 3", "} 4", StringComparison.Ordinal));
        await using var host = await AggregatorHost.StartAsync([.. AggregatorHost.Engine(0, "a", a.Url), .. AggregatorHost.Engine(1, "b", b.Url)]);

        var lines = await host.LinesAsync("vllm:");

        Assert.Equal($"vllm:num_requests_running{{engine=\"0\",engine_name=\"a\",model_name=\"own\",worker_id=\"{s_workerOfA}\"}} 3.0", lines[0]);
        Assert.StartsWith("vllm:num_requests_running{engine=\"0\",engine_name=\"b\",", lines[1], StringComparison.Ordinal);
        Assert.Equal(2, lines.Length);
        Assert.Equal(["dynamo_aspire_target_up{source=\"scrape\",target=\"a\"} 1.0", "dynamo_aspire_target_up{source=\"scrape\",target=\"b\"} 1.0"], await host.LinesAsync("dynamo_aspire_target_up{"));
        Assert.Equal(["dynamo_aspire_target_scrape_samples{source=\"scrape\",target=\"a\"} 1.0"], await host.LinesAsync("dynamo_aspire_target_scrape_samples{source=\"scrape\",target=\"a\"}"));
    }

    [Fact]
    public async Task Metrics_FilesAndPageOfOneEngine_FilesWinPerFamily()
    {
        using var folder = new TemporaryDirectory();
        using var writer = new MultiprocessWriter(folder.Path, new MultiprocessWriterOptions { Identifier = "1" });
        writer.Counter("vllm:generation_tokens", "Tokens.").With().Inc(10);
        writer.Gauge("vllm:kv_cache_usage_perc", "Usage.", GaugeMode.MostRecent).With().Set(0.5);
        await using var page = await EngineStandIn.StartAsync("# TYPE vllm:generation_tokens_total counter\nvllm:generation_tokens_total 1\n# TYPE only_page gauge\nonly_page 7\n");
        await using var host = await AggregatorHost.StartAsync(AggregatorHost.Engine(0, "a", page.Url, folder.Path));

        var labels = $"{{engine_name=\"a\",model_name=\"m\",worker_id=\"{s_workerOfA}\"}}";
        Assert.Equal([$"vllm:generation_tokens_total{labels} 10.0"], await host.LinesAsync("vllm:generation_tokens_total"));
        Assert.Equal([$"vllm:kv_cache_usage_perc{labels} 0.5"], await host.LinesAsync("vllm:kv_cache_usage_perc"));
        Assert.Equal([$"only_page{labels} 7.0"], await host.LinesAsync("only_page"));
        Assert.Equal(2, (await host.LinesAsync("dynamo_aspire_target_up{")).Length);
    }

    [Fact]
    public async Task Metrics_OpenMetrics_IsServedOnRequest()
    {
        await using var engine = await EngineStandIn.StartAsync(File.ReadAllText(Path.Combine(RepositoryPaths.Fixtures, "vllm-metrics", "new-dp2-t1.txt")));
        await using var host = await AggregatorHost.StartAsync(AggregatorHost.Engine(0, "a", engine.Url));

        var text = await host.ScrapeAsync(openMetrics: true);

        Assert.EndsWith("# EOF\n", text, StringComparison.Ordinal);
        Assert.Contains("# TYPE vllm:prompt_tokens counter\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_TargetThatDies_VanishesAtOnceAndComesBack()
    {
        await using var engine = await EngineStandIn.StartAsync("x 1\n");
        await using var good = await EngineStandIn.StartAsync("y 1\n");
        await using var host = await AggregatorHost.StartAsync([.. AggregatorHost.Engine(0, "a", engine.Url), .. AggregatorHost.Engine(1, "b", good.Url)]);
        Assert.Single(await host.LinesAsync("x{"));

        engine.Answer = c =>
        {
            c.Abort();
            return Task.CompletedTask;
        };
        Assert.Empty(await host.LinesAsync("x{"));
        Assert.Single(await host.LinesAsync("y{"));
        Assert.Equal(["dynamo_aspire_target_up{source=\"scrape\",target=\"a\"} 0.0"], await host.LinesAsync("dynamo_aspire_target_up{source=\"scrape\",target=\"a\"}"));

        engine.Answer = c => c.Response.WriteAsync("x 2\n");
        Assert.EndsWith(" 2.0", Assert.Single(await host.LinesAsync("x{")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_TargetThatHangs_IsCutOffAndDoesNotDelayTheOthers()
    {
        await using var slow = await EngineStandIn.StartAsync(async c =>
        {
            await c.Response.WriteAsync("x 1\n");
            await c.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, c.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        await using var good = await EngineStandIn.StartAsync("y 1\n");
        await using var host = await AggregatorHost.StartAsync([.. AggregatorHost.Engine(0, "a", slow.Url), .. AggregatorHost.Engine(1, "b", good.Url), ("Aggregator:TargetTimeout", "200ms")]);
        var watch = Stopwatch.StartNew();

        var text = await host.ScrapeAsync();

        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), watch.Elapsed.ToString());
        Assert.Contains("\ny{", text, StringComparison.Ordinal);
        Assert.DoesNotContain("\nx{", text, StringComparison.Ordinal);
        Assert.Contains("dynamo_aspire_target_failures_total{reason=\"timeout\",source=\"scrape\",target=\"a\"} 1.0", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/html; charset=utf-8", "<html>sign in</html>", "text/html")]
    [InlineData("text/plain", "<html>sign in</html>", "nothing in its answer is a sample")]
    [InlineData(null, "a 1 2 3 4\nb{ 2\n", "nothing in its answer is a sample")]
    public async Task Metrics_AnswerThatIsNoMetricsPage_CountsAsDownAndSaysWhy(string? type, string body, string reason)
    {
        await using var page = await EngineStandIn.StartAsync(c =>
        {
            c.Response.ContentType = type;
            return c.Response.WriteAsync(body);
        });
        await using var host = await AggregatorHost.StartAsync(("Aggregator:Scrapes:0:Name", "g"), ("Aggregator:Scrapes:0:Urls:0", page.Url));

        Assert.EndsWith(" 0.0", Assert.Single(await host.LinesAsync("dynamo_aspire_target_up{")), StringComparison.Ordinal);
        Assert.Contains(reason, (await host.GetAsync("/api/v1/targets")).Body.Replace("\\u003C", "<", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/metrics", true)]
    [InlineData("/metrics/g", false)]
    [InlineData("/federate?match[]={__name__=~\"x|y|dynamo_aspire_target_.*\"}", true)]
    public async Task Metrics_ScrapeTimeoutBeforeAllAreThrough_ServesWhatFinished(string path, bool ownToo)
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var hang = false;
        await using var slow = await EngineStandIn.StartAsync(async c =>
        {
            if (Volatile.Read(ref hang))
            {
                await release.Task;
            }

            await c.Response.WriteAsync("x 1\n");
        });
        await using var good = await EngineStandIn.StartAsync("y 1\n");
        await using var host = await AggregatorHost.StartAsync(
            ("Aggregator:Scrapes:0:Name", "g"),
            ("Aggregator:Scrapes:0:Urls:0", slow.Url),
            ("Aggregator:Scrapes:0:Urls:1", good.Url),
            ("Aggregator:TargetTimeout", "30s"));
        Assert.Single(await host.LinesAsync("x{"));

        Volatile.Write(ref hang, true);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        request.Headers.Add("X-Prometheus-Scrape-Timeout-Seconds", "0.5");
        using var response = await host.Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();

        Assert.Equal(System.Net.HttpStatusCode.OK, response.StatusCode);
        Assert.Contains("\ny{", "\n" + text, StringComparison.Ordinal);
        Assert.DoesNotContain("\nx{", text, StringComparison.Ordinal);
        var target = $"source=\"scrape\",target=\"g/{new Uri(slow.Url).Authority}\"}}";
        if (ownToo)
        {
            Assert.Contains($"dynamo_aspire_target_up{{{target} 0.0", text, StringComparison.Ordinal);
            Assert.Contains($"dynamo_aspire_target_failures_total{{reason=\"scrape_deadline\",{target} 1.0", text, StringComparison.Ordinal);
        }

        Volatile.Write(ref hang, false);
        release.SetResult();
        Assert.Single(await host.LinesAsync("x{"));
        Assert.Equal([$"dynamo_aspire_target_up{{{target} 1.0"], await host.LinesAsync($"dynamo_aspire_target_up{{{target}"));
    }

    [Theory]
    [InlineData("Aggregator:BodySizeLimit", "1024", "body_size_limit")]
    [InlineData("Aggregator:SampleLimit", "10", "sample_limit")]
    [InlineData("Aggregator:LabelValueLengthLimit", "3", "label_value_length_limit")]
    public async Task Metrics_TargetBeyondALimit_FailsWholeAndIsCounted(string key, string value, string limit)
    {
        await using var engine = await EngineStandIn.StartAsync(string.Concat(Enumerable.Range(1000, 200).Select(i => $"x{{l=\"{i}\"}} 1\n")));
        await using var host = await AggregatorHost.StartAsync([.. AggregatorHost.Engine(0, "a", engine.Url), (key, value)]);

        var text = await host.ScrapeAsync();

        Assert.DoesNotContain("\nx{", text, StringComparison.Ordinal);
        Assert.Contains($"dynamo_aspire_target_limit_exceeded_total{{limit=\"{limit}\",source=\"scrape\",target=\"a\"}} 1.0", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_BadLines_AreLeftOutAndCounted()
    {
        await using var engine = await EngineStandIn.StartAsync("x 1\nbad line here\ny z\nw 2\n");
        await using var host = await AggregatorHost.StartAsync(AggregatorHost.Engine(0, "a", engine.Url));

        var text = await host.ScrapeAsync();

        Assert.Contains("\nw{", text, StringComparison.Ordinal);
        Assert.Contains("dynamo_aspire_target_skipped_total{reason=\"invalid_value\",source=\"scrape\",target=\"a\"} 2.0", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_Redirect_IsNotFollowed()
    {
        await using var elsewhere = await EngineStandIn.StartAsync("x 1\n");
        await using var engine = await EngineStandIn.StartAsync(c =>
        {
            c.Response.Redirect(elsewhere.Url);
            return Task.CompletedTask;
        });
        await using var host = await AggregatorHost.StartAsync(AggregatorHost.Engine(0, "a", engine.Url));

        Assert.Contains("dynamo_aspire_target_failures_total{reason=\"http_status\",source=\"scrape\",target=\"a\"} 1.0", await host.ScrapeAsync(), StringComparison.Ordinal);
        Assert.Equal(0, elsewhere.Requests);
    }

    [Fact]
    public async Task Metrics_TypesThatDiffer_AreCountedAndOneBlockIsPrinted()
    {
        await using var a = await EngineStandIn.StartAsync("# TYPE x gauge\nx 1\n");
        await using var b = await EngineStandIn.StartAsync("# TYPE x counter\nx 1\n");
        await using var host = await AggregatorHost.StartAsync([.. AggregatorHost.Engine(0, "a", a.Url), .. AggregatorHost.Engine(1, "b", b.Url)]);
        await host.ScrapeAsync();

        var text = await host.ScrapeAsync();

        Assert.Single(text.Split('\n'), l => l.StartsWith("x{", StringComparison.Ordinal));
        Assert.Contains("dynamo_aspire_family_conflicts_total{kind=\"type\"} 1.0", text, StringComparison.Ordinal);
        Assert.Contains("dynamo_aspire_merge_dropped_samples_total{reason=\"type_clash\"} 1.0", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_BadFileInADirectory_IsCountedByReason()
    {
        using var folder = new TemporaryDirectory();
        File.WriteAllBytes(folder.Combine("counter_1.db"), []);
        File.WriteAllText(folder.Combine("app.db"), "SQLite format 3");
        await using var host = await AggregatorHost.StartAsync(AggregatorHost.Engine(0, "a", directory: folder.Path));
        await host.ScrapeAsync();

        var text = await host.ScrapeAsync();

        Assert.Contains("dynamo_aspire_multiproc_files_skipped_total{reason=\"zero_length\",target=\"a\"} 2.0", text, StringComparison.Ordinal);
        Assert.Contains("dynamo_aspire_multiproc_files_skipped_total{reason=\"foreign_name\",target=\"a\"} 2.0", text, StringComparison.Ordinal);
        Assert.Contains("dynamo_aspire_target_up{source=\"files\",target=\"a\"} 1.0", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Metrics_FilesThatDisagree_AreCounted()
    {
        await using var host = await AggregatorHost.StartAsync(AggregatorHost.Engine(0, "a", directory: Path.Combine(RepositoryPaths.Fixtures, "multiproc", "pc025-conflicts")));
        await host.ScrapeAsync();

        var text = await host.ScrapeAsync();

        Assert.Contains("dynamo_aspire_family_conflicts_total{kind=\"type\"} 1.0", text, StringComparison.Ordinal);
        Assert.Contains("dynamo_aspire_family_conflicts_total{kind=\"help\"} 1.0", text, StringComparison.Ordinal);
        Assert.DoesNotContain("pid=\"7002\",worker_id", text.Split('\n').Where(l => l.StartsWith("type_clash", StringComparison.Ordinal)).Aggregate("", string.Concat), StringComparison.Ordinal);
    }
}
