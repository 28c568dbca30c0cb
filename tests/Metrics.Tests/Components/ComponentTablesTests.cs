using DynamoAspire.Metrics.Components;
using DynamoAspire.Metrics.Registry;
using DynamoAspire.Metrics.Writing;
using DynamoAspire.Testing;

namespace DynamoAspire.Metrics.Tests.Components;

public sealed class ComponentTablesTests
{
    [Fact]
    public void Tables_EveryDefinition_CanBeRegisteredAndIsPrintedAsDeclared()
    {
        foreach (var table in DynamoMetricTables.All)
        {
            var registry = new MetricRegistry("test", new MetricRegistryOptions { NamePrefix = table.Prefix, Labels = [.. table.CommonLabels.Select(l => (l, "v"))] });
            foreach (var definition in table.Definitions)
            {
                registry.Create(definition);
            }

            var text = ExpositionText.Of(registry);
            foreach (var definition in table.Definitions)
            {
                Assert.Contains($"# HELP {table.Prefix}{definition.Name} {definition.Help}\n# TYPE {table.Prefix}{definition.Name} {definition.Type.ToString().ToLowerInvariant()}\n", text, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void WorkHandler_Made_HasAllErrorTypesAtZero()
    {
        var runtime = ComponentMetrics.Runtime(0xABCDEFUL);
        var metrics = new WorkHandlerMetrics(runtime.Namespace("n").Component("c").Endpoint("e"));
        metrics.Error(WorkErrorType.Generate);
        metrics.RequestsTotal.Inc();
        const string Labels = "dynamo_component=\"c\",dynamo_endpoint=\"e\",dynamo_namespace=\"n\"";

        var text = ExpositionText.Of(runtime.Registry);

        foreach (var type in new[] { "deserialization", "invalid_message", "response_stream", "generate", "publish_response", "publish_final" })
        {
            Assert.Contains($"dynamo_component_errors_total{{{Labels},error_type=\"{type}\",worker_id=\"abcdef\"}} {(type == "generate" ? 1 : 0)}.0\n", text, StringComparison.Ordinal);
        }

        Assert.Contains($"dynamo_component_requests_total{{{Labels},worker_id=\"abcdef\"}} 1.0\n", text, StringComparison.Ordinal);
        Assert.Contains($"dynamo_component_request_duration_seconds_bucket{{{Labels},le=\"0.005\",worker_id=\"abcdef\"}} 0.0\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void KvPublisher_Made_ShowsDroppedEventsAtZero()
    {
        var runtime = ComponentMetrics.Runtime(1UL);
        _ = new KvPublisherCounters(runtime.Namespace("n").Component("c").Endpoint("e"));

        Assert.Contains("\ndynamo_component_kv_publisher_engines_dropped_events_total{dynamo_component=\"c\",dynamo_endpoint=\"e\",dynamo_namespace=\"n\",worker_id=\"1\"} 0.0\n", ExpositionText.Of(runtime.Registry), StringComparison.Ordinal);
    }

    [Fact]
    public void Runtime_Scraped_BringsUptimeAndClientUpToDate()
    {
        var clock = new FakeClock();
        var runtime = ComponentMetrics.Runtime();
        _ = new RuntimeMetrics(runtime, clock, m => m.NatsClientInTotalBytes.Set(ulong.MaxValue));
        clock.Advance(TimeSpan.FromSeconds(90));

        var text = ExpositionText.Of(runtime.Registry);

        Assert.Contains("\ndynamo_component_uptime_seconds 90.0\n", text, StringComparison.Ordinal);
        Assert.Contains("\ndynamo_component_nats_client_in_total_bytes 9.223372036854776e+18\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void OtherLevels_Made_RegisterSideBySide()
    {
        var runtime = ComponentMetrics.Runtime();
        var component = runtime.Namespace("n").Component("c");
        _ = new RouterMetrics(component);
        _ = new TaskTrackerMetrics(component);
        _ = new LegacyNatsServiceMetrics(component);
        var endpoint = component.Endpoint("e");
        new WorkerCacheMetrics(endpoint).TotalBlocks.With("0", "m", "m").Set(5);
        new LegacyWorkerCacheMetrics(endpoint).KvstatsTotalBlocks.With("0").Set(5);

        var text = ExpositionText.Of(runtime.Registry);
        Assert.Contains("dynamo_component_router_time_to_first_token_seconds_bucket{dynamo_component=\"c\",dynamo_namespace=\"n\",le=\"0.0022\"} 0.0\n", text, StringComparison.Ordinal);
        Assert.Contains("dynamo_component_total_blocks{dp_rank=\"0\",dynamo_component=\"c\",dynamo_endpoint=\"e\",dynamo_namespace=\"n\",model=\"m\",model_name=\"m\"} 5.0\n", text, StringComparison.Ordinal);
        Assert.Contains("dynamo_component_kvstats_total_blocks{dp_rank=\"0\",", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Frontend_RequestsEnded_AreCountedByWhatBecameOfThem()
    {
        var clock = new FakeClock();
        var metrics = new FrontendMetrics();
        using (var request = metrics.Begin("m", "completions", streaming: false, clock))
        {
            Assert.Equal(1, metrics.InflightRequests.With("m").Value);
            clock.Advance(TimeSpan.FromSeconds(3));
            request.Succeed();
        }

        using (var request = metrics.Begin("m", "completions", streaming: true, clock))
        {
            request.Fail(RequestErrorType.Overload);
            request.Dispose();
        }

        metrics.Begin("m", "completions", streaming: true, clock).Dispose();

        var text = ExpositionText.Of(metrics.Registry);
        Assert.Contains("dynamo_frontend_requests_total{endpoint=\"completions\",error_type=\"\",model=\"m\",request_type=\"unary\",status=\"success\"} 1.0\n", text, StringComparison.Ordinal);
        Assert.Contains("dynamo_frontend_requests_total{endpoint=\"completions\",error_type=\"overload\",model=\"m\",request_type=\"stream\",status=\"error\"} 1.0\n", text, StringComparison.Ordinal);
        Assert.Contains("dynamo_frontend_requests_total{endpoint=\"completions\",error_type=\"internal\",model=\"m\",request_type=\"stream\",status=\"error\"} 1.0\n", text, StringComparison.Ordinal);
        Assert.Contains("dynamo_frontend_inflight_requests{model=\"m\"} 0.0\n", text, StringComparison.Ordinal);
        Assert.Contains("dynamo_frontend_request_duration_seconds_bucket{le=\"2.0\",model=\"m\"} 2.0\n", text, StringComparison.Ordinal);
        Assert.Contains("dynamo_frontend_request_duration_seconds_bucket{le=\"4.0\",model=\"m\"} 3.0\n", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, "dynamo_frontend", false)]
    [InlineData("", "dynamo_frontend", false)]
    [InlineData("@#$", "dynamo_frontend", true)]
    [InlineData("my-frontend", "my_frontend", true)]
    [InlineData("mine", "mine", false)]
    public void Frontend_Prefix_IsSanitised(string? prefix, string expected, bool warns)
    {
        Assert.Equal(expected, FrontendMetrics.SanitizePrefix(prefix, out var warning));
        Assert.Equal(warns, warning is not null);
        Assert.Contains($"# TYPE {expected}_disconnected_clients gauge\n", ExpositionText.Of(new FrontendMetrics(prefix).Registry), StringComparison.Ordinal);
    }

    [Fact]
    public void Kvbm_Text_HasUpstreamsNamesAndHelp()
    {
        var metrics = new KvbmMetrics();
        metrics.OffloadBlocksH2d.Inc(2);
        metrics.HostCacheHitRate.Set(0.5);
        var text = ExpositionText.Of(metrics.Registry);

        Assert.Contains("# HELP kvbm_offload_blocks_h2d The number of offload blocks from host to disk\n# TYPE kvbm_offload_blocks_h2d counter\nkvbm_offload_blocks_h2d 2.0\n", text, StringComparison.Ordinal);
        Assert.Contains("# HELP kvbm_onboard_blocks_h2d The number of onboard blocks from host to device\n", text, StringComparison.Ordinal);
        Assert.Contains("# HELP kvbm_offload_blocks_d2d The number of offload blocks from device to disk (bypassing host memory)\n", text, StringComparison.Ordinal);
        Assert.Contains("# TYPE kvbm_host_cache_hit_rate gauge\nkvbm_host_cache_hit_rate 0.5\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain("_total", text, StringComparison.Ordinal);
        Assert.DoesNotContain("dynamo_kvbm", text, StringComparison.Ordinal);
        Assert.Contains("# TYPE kvbm_offload_blocks_h2d unknown\nkvbm_offload_blocks_h2d 2.0\n", ExpositionText.Of(metrics.Registry, ExpositionFormat.OpenMetrics), StringComparison.Ordinal);
    }

    [Fact]
    public void Kvbm_LegacyNames_AreReportedBeside()
    {
        var metrics = new KvbmMetrics(new KvbmOptions { Prefix = "my-kvbm", LegacyNames = true });
        metrics.MatchedTokens.Inc(7);
        metrics.TransferSeconds("d2h").With("w").Observe(0.001);
        _ = metrics.QueueSeconds("offload");
        var text = ExpositionText.Of(metrics.Registry);

        Assert.Contains("# TYPE my_kvbm_matched_tokens counter\nmy_kvbm_matched_tokens 7.0\n", text, StringComparison.Ordinal);
        Assert.Contains("# TYPE dynamo_kvbm_matched_tokens counter\ndynamo_kvbm_matched_tokens 7.0\n", text, StringComparison.Ordinal);
        Assert.Contains("dynamo_kvbm_transfer_d2h_seconds_bucket{le=\"0.001\",worker_id=\"w\"} 1.0\n", text, StringComparison.Ordinal);
        Assert.Contains("my_kvbm_transfer_d2h_seconds_bucket{le=\"0.00032\",worker_id=\"w\"} 0.0\n", text, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => new KvbmMetrics(new KvbmOptions { Prefix = "@" }));
        Assert.DoesNotContain("\ndynamo_kvbm_dynamo", ExpositionText.Of(new KvbmMetrics(new KvbmOptions { Prefix = "dynamo_kvbm", LegacyNames = true }).Registry), StringComparison.Ordinal);
    }
}
