using System.Net;
using System.Text;
using DynamoAspire.Engines;
using DynamoAspire.Engines.Configuration;
using DynamoAspire.KvEventRelay.Tests.EndToEnd;
using DynamoAspire.ServiceDefaults.Hosting;
using DynamoAspire.Testing;

namespace DynamoAspire.KvEventRelay.Tests.Queries;

/// <summary>The relay's HTTP side and its options, without an engine and without NATS: both are away, and it runs all the same.</summary>
public sealed class RelayHttpTests(RelayHttpTests.IdleRelay idle) : IClassFixture<RelayHttpTests.IdleRelay>
{
    private static readonly EngineOptions s_engine = new() { Name = "e", KvEvents = "tcp://127.0.0.1:1", KvReplay = "tcp://127.0.0.1:2" };

    private RelayHost Relay => idle.Host;

    [Fact]
    public async Task Match_NothingKnown_SaysWhichLanesAreMissing()
    {
        var answer = await Relay.PostAsync("/v1/match", new { token_ids = Enumerable.Range(0, 40), block_size = 16 });
        Assert.Equal("""{"matches":[],"blocks_total":2,"complete":false,"lanes_missing":["e/0"]}""", answer.GetRawText());
        var byHash = await Relay.PostAsync("/v1/match", new { hashes = new[] { ulong.MaxValue } });
        Assert.Equal(1, byHash.GetProperty("blocks_total").GetInt32());
        var withoutSize = await Relay.PostAsync("/v1/match", new { token_ids = Enumerable.Range(0, 40) });
        Assert.Equal(2, withoutSize.GetProperty("blocks_total").GetInt32());
    }

    [Theory]
    [InlineData("", "not valid JSON")]
    [InlineData("[]", "must be a JSON object")]
    [InlineData("{\"token_ids\":", "not valid JSON")]
    [InlineData("{}", "either token_ids or hashes")]
    [InlineData("{\"token_ids\":[1],\"hashes\":[1]}", "either token_ids or hashes")]
    [InlineData("{\"token_ids\":[-1]}", "from 0 to 4294967295")]
    [InlineData("{\"token_ids\":[1,\"2\"]}", "from 0 to 4294967295")]
    [InlineData("{\"hashes\":[1.5]}", "18446744073709551615")]
    [InlineData("{\"token_ids\":[1],\"block_size\":0}", "above 0")]
    public async Task Match_BadBody_Is400WithTheReason(string body, string reason)
    {
        using var response = await Relay.Http.PostAsync("/v1/match", new StringContent(body, Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        var text = await response.Content.ReadAsStringAsync();
        Assert.Contains("\"error\":", text, StringComparison.Ordinal);
        Assert.Contains(reason, text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Match_BodyTooLarge_Is413()
    {
        using var response = await Relay.Http.PostAsync("/v1/match", new StringContent(new string(' ', 20_000)));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task Lanes_EngineAway_ShowsThemWaiting()
    {
        await Eventually.TrueAsync("cleared is queued", async () => (await Relay.GetAsync("/v1/lanes")).GetProperty("lanes")[0].GetProperty("publish_queue").GetInt32() == 1);
        var lane = (await Relay.GetAsync("/v1/lanes")).GetProperty("lanes")[0];
        Assert.Equal("waiting", lane.GetProperty("state").GetString());
        Assert.Equal(EngineIdentity.DeriveWorkerId("dynamo", "backend", "e"), lane.GetProperty("worker_id").GetUInt64());
        Assert.False(lane.GetProperty("connected").GetBoolean());
        Assert.False(lane.GetProperty("complete").GetBoolean());
        Assert.Equal(1, lane.GetProperty("event_id").GetInt32());
        const string Labels = "dynamo_component=\"backend\",dynamo_endpoint=\"generate\",dynamo_namespace=\"dynamo\"";
        Assert.Equal(0, await Relay.MetricAsync($"dynamo_component_kv_publisher_engines_dropped_events_total{{{Labels}}}"));
        Assert.Equal(0, await Relay.MetricAsync($"dynamo_component_kv_publisher_zmq_events_total{{{Labels},event_type=\"stored\",stage=\"received\"}}"));
    }

    [Fact]
    public void Options_AllProblems_AreReportedTogether()
    {
        var error = Assert.Throws<ConfigurationInvalidException>(() => ServiceHost.Build(
            ["--Relay:QueueCapacity", "0", "--Relay:ReplaySilence", "never", "--Relay:QueueCapacty", "5", "--DYN_NATS_STREAM_MAX_AGE", "soon", "--Engines:0:Name", "", "--Engines:0:KvEvents", "nonsense"],
            RelayService.Description,
            RelayService.Add,
            RelayService.Map));
        foreach (var key in (string[])["Relay:QueueCapacity", "Relay:ReplaySilence", "Relay:QueueCapacty", "DYN_NATS_STREAM_MAX_AGE", "Engines:0:Name", "Engines:0:KvEvents"])
        {
            Assert.Contains(key, error.Message, StringComparison.Ordinal);
        }
    }

    /// <summary>One relay for all tests that only ask.</summary>
    public sealed class IdleRelay : IAsyncLifetime
    {
        internal RelayHost Host { get; private set; } = null!;

        public async Task InitializeAsync() => Host = await RelayHost.StartAsync($"nats://127.0.0.1:{FreePort.Next()}", s_engine, "--Relay:MaxQueryBytes", "16384");

        public async Task DisposeAsync() => await Host.DisposeAsync();
    }
}
