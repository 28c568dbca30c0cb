using System.Net.Http.Json;
using System.Text.Json;
using DynamoAspire.Testing;

namespace DynamoAspire.EndToEnd.Tests.Running;

/// <summary>The system as <c>dotnet run --project src/AppHost</c> starts it: real nats-server, real Prometheus, simulated engines, the three services.</summary>
[Trait("Category", "EndToEnd")]
public sealed class SimulatedSystemTests(SimulatedSystemTests.Started started) : IClassFixture<SimulatedSystemTests.Started>
{
    private static readonly string[] s_targets = ["engine/engine-a", "engine/engine-b", "kv-event-relay", "metrics-aggregator", "prometheus", "stat-publisher"];

    private RunningSystem System => started.System;

    [Fact]
    public async Task Prometheus_WithinSixtySecondsOfTheStart_HasEveryTargetUpAndTheThreeSeries()
    {
        string[] series =
        [
            "vllm:num_requests_running",
            "dynamo_component_kv_publisher_zmq_events_total{stage=\"accepted\",event_type=\"stored\"} > 0",
            "dynamo_frontend_worker_active_decode_blocks",
        ];
        var left = TimeSpan.FromSeconds(60) - System.Elapsed;
        Assert.True(left > TimeSpan.Zero, $"the system took {System.Elapsed} to become healthy");
        await Eventually.TrueAsync("every target is up", async () => (await UpTargetsAsync()).SequenceEqual(s_targets), left, () => System.Process.Output);
        foreach (var expression in series)
        {
            left = TimeSpan.FromSeconds(60) - System.Elapsed;
            await Eventually.TrueAsync(expression, async () => (await System.QueryAsync(expression)).Count > 0, left, () => System.Process.Output);
        }

        // One load per rank of each engine, with the worker's own labels.
        var loads = await System.QueryAsync("dynamo_frontend_worker_active_decode_blocks");
        await Eventually.TrueAsync("four ranks report a load", async () => (loads = await System.QueryAsync("dynamo_frontend_worker_active_decode_blocks")).Count == 4, TimeSpan.FromSeconds(20));
        Assert.Equal(["engine-a/0", "engine-a/1", "engine-b/0", "engine-b/1"], loads.Select(l => $"{l.Labels["engine_name"]}/{l.Labels["dp_rank"]}").Order());
    }

    [Fact]
    public async Task Index_ForAPromptThatTheSimulatorServed_NamesTheRankThatHoldsIt()
    {
        // The newest prompt of a rank is the last that its pool would give up.
        await Eventually.TrueAsync(
            "the index answers for the newest prompt of every rank",
            async () =>
            {
                using var document = JsonDocument.Parse(await System.Http.GetStringAsync(RunningSystem.Url(System.Simulator, "/control/served?limit=1")));
                var prompts = document.RootElement.GetProperty("served").EnumerateArray().ToList();
                foreach (var prompt in prompts)
                {
                    var tokens = prompt.GetProperty("token_ids").EnumerateArray().Select(t => t.GetUInt32()).ToArray();
                    var blockSize = prompt.GetProperty("block_size").GetInt32();
                    using var response = await System.Http.PostAsJsonAsync(RunningSystem.Url(System.Relay, "/v1/match"), new { token_ids = tokens, block_size = blockSize });
                    using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
                    Assert.Equal(tokens.Length / blockSize, answer.RootElement.GetProperty("blocks_total").GetInt32());
                    var holder = answer.RootElement.GetProperty("matches").EnumerateArray().FirstOrDefault(m =>
                        m.GetProperty("worker_id").GetUInt64() == prompt.GetProperty("worker_id").GetUInt64() && m.GetProperty("dp_rank").GetInt32() == prompt.GetProperty("dp_rank").GetInt32());
                    // Still on its way, or given up meanwhile: then the next newest.
                    if (holder.ValueKind != JsonValueKind.Object || holder.GetProperty("blocks").GetInt32() != prompt.GetProperty("cached_blocks").GetInt32())
                    {
                        return false;
                    }
                }

                return prompts.Count > 0;
            },
            TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Index_ForAPromptThatNobodyServed_NamesNobody()
    {
        var tokens = Enumerable.Range(0, 64).Select(i => 4_000_000_000u + (uint)i).ToArray();
        using var response = await System.Http.PostAsJsonAsync(RunningSystem.Url(System.Relay, "/v1/match"), new { token_ids = tokens, block_size = 16 });
        using var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal(4, answer.RootElement.GetProperty("blocks_total").GetInt32());
        Assert.Empty(answer.RootElement.GetProperty("matches").EnumerateArray());
    }

    [ProgramFact("promtool")]
    public async Task Services_EveryMetricsPage_PromtoolHasNothingToSayOfOurFamilies()
    {
        foreach (var (service, port, path) in new[]
        {
            ("aggregator", System.Aggregator, "/metrics"),
            ("relay", System.Relay, "/metrics"),
            ("stat-publisher", System.StatPublisher, "/metrics"),
            ("simulator", System.Simulator, "/-/metrics"),
        })
        {
            var page = await System.Http.GetStringAsync(RunningSystem.Url(port, path));
            Assert.Contains("# TYPE dynamo_aspire_", page, StringComparison.Ordinal);
            var complaints = await Promtool.CheckMetricsAsync(page);
            Assert.Empty(complaints.Where(c => Promtool.WhyNotOurs(c) is null).Select(c => $"{service}: {c}"));
        }
    }

    /// <summary>A list of exceptions that covered our own names, or a tool that says nothing, would let everything pass.</summary>
    [ProgramFact("promtool")]
    public async Task Promtool_OnAPageWithABadFamilyOfOurs_IsHeard()
    {
        var complaints = await Promtool.CheckMetricsAsync("# HELP dynamo_aspire_waits_milliseconds Waits.\n# TYPE dynamo_aspire_waits_milliseconds counter\ndynamo_aspire_waits_milliseconds 1\n");
        Assert.Equal(2, complaints.Count(c => Promtool.WhyNotOurs(c) is null));
        await Assert.ThrowsAsync<InvalidDataException>(() => Promtool.CheckMetricsAsync("no exposition text\n"));
    }

    [Fact]
    public async Task Metrics_EveryFamilyOfOurs_IsInTheReference()
    {
        var reference = await File.ReadAllTextAsync(Path.Combine(RepositoryPaths.Root, "docs", "metrics.md"));
        var missing = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var (port, path) in new[] { (System.Aggregator, "/metrics"), (System.Relay, "/metrics"), (System.StatPublisher, "/metrics"), (System.Simulator, "/-/metrics") })
        {
            var text = await System.Http.GetStringAsync(RunningSystem.Url(port, path));
            foreach (var line in text.Split('\n').Where(l => l.StartsWith("# TYPE dynamo", StringComparison.Ordinal)))
            {
                var (name, type) = (line.Split(' ')[2], line.Split(' ')[3]);
                if (!reference.Contains($"| `{name}` | {type} |", StringComparison.Ordinal))
                {
                    missing.Add($"{name} ({type})");
                }
            }
        }

        Assert.Empty(missing);
    }

    [Fact]
    public async Task ResourcesPage_ShowsWhatRuns_AndNoSecret()
    {
        var page = await System.Http.GetStringAsync(RunningSystem.Url(System.Resources, "/"));
        Assert.Contains("<html lang=\"en\">", page, StringComparison.Ordinal);
        var json = await System.Http.GetStringAsync(RunningSystem.Url(System.Resources, "/api/resources"));
        foreach (var name in new[] { "nats", "prometheus", "stat-publisher", "kv-event-relay", "metrics-aggregator", "engine" })
        {
            Assert.Contains($"\"name\":\"{name}\"", json, StringComparison.Ordinal);
        }

        Assert.DoesNotContain(Started.Password, page + json, StringComparison.Ordinal);
        Assert.DoesNotContain(Started.Password, System.Process.Output, StringComparison.Ordinal);
    }

    [ChromiumFact]
    public async Task ResourcesPage_InABrowser_ShowsEveryResourceWithItsState()
    {
        var page = "";
        await Eventually.TrueAsync(
            "the page shows what runs",
            async () => (page = await Chromium.DumpDomAsync(RunningSystem.Url(System.Resources, "/"))).Contains("metrics-aggregator", StringComparison.Ordinal),
            TimeSpan.FromSeconds(60),
            () => page);
        foreach (var text in new[] { "nats", "prometheus", "stat-publisher", "kv-event-relay", "engine", "running" })
        {
            Assert.Contains(text, page, StringComparison.Ordinal);
        }

        Assert.DoesNotContain(Started.Password, page, StringComparison.Ordinal);
    }

    [ChromiumFact]
    public async Task AggregatorPage_InABrowser_ShowsEverySourceAndTheLoads()
    {
        var page = await Chromium.DumpDomAsync(RunningSystem.Url(System.Aggregator, "/"));
        foreach (var text in new[] { "engine-a", "engine-b", "files", "scrape", "Decode blocks" })
        {
            Assert.Contains(text, page, StringComparison.Ordinal);
        }
    }

    private async Task<IEnumerable<string>> UpTargetsAsync() =>
        (await System.QueryAsync("up")).Where(s => s.Value == 1)
            .Select(s => s.Labels["job"] == "engine" ? "engine/" + s.Labels["instance"] : s.Labels["job"])
            .Order(StringComparer.Ordinal);

    /// <summary>One running system for the tests of the class.</summary>
    public sealed class Started : IAsyncLifetime
    {
        public const string Password = "not-to-be-shown-4711";

        internal RunningSystem System { get; } = new([$"--Parameters:nats-password={Password}"]);

        public Task InitializeAsync() => System.WaitForHealthAsync(TimeSpan.FromSeconds(60));

        public async Task DisposeAsync() => await System.DisposeAsync();
    }
}
