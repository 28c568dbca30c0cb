using System.Globalization;
using System.Text.Json;
using DynamoAspire.Engines;
using DynamoAspire.Testing;

namespace DynamoAspire.KvEventRelay.Tests.EndToEnd;

/// <summary>A publisher in Python that loses batches, the real nats-server, and the relay between them.</summary>
[Trait("Category", "Integration")]
public sealed class FakeEngineTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private NatsServer _nats = null!;

    public async Task InitializeAsync() => _nats = await NatsServer.StartAsync();

    public async Task DisposeAsync() => await _nats.DisposeAsync();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("a3", "int", "topic", "--drop", "3,10-20,55")]
    [InlineData("m1", "bytes", "legacy", "--drop-prob", "0.1")]
    [InlineData("a1", "int", "topic", "--drop", "0-4")]
    [InlineData("m2", "int", "topic", "--restart-at", "90")]
    public async Task Relay_LosingEngine_PublishesTheWholeTruth(string schema, string hash, string frames, string option, string value)
    {
        const int Ranks = 2;
        var (engine, worker) = Engine(Ranks);
        await using var relay = await RelayHost.StartAsync(_nats.Url, engine);
        await using var fake = Start(engine, Ranks, "--schema", schema, "--hash", hash, "--replay-frames", frames, option, value, "--count", "200", "--rate", "200", "--linger", "30");
        await fake.WaitForOutputAsync("DONE");
        var truth = Truth.Read(_directory.Combine("truth.jsonl"));
        var expected = Enumerable.Range(0, Ranks).Select(r => truth.Expected(worker, (uint)r, engine.BlockSize)).ToList();
        var total = expected.Sum(e => e.Count);
        var published = await RelayHost.StreamAsync(_nats.Url, total, async () => (await relay.GetAsync("/v1/lanes")).ToString());

        Assert.Equal(total, published.Count);
        for (var rank = 0; rank < Ranks; rank++)
        {
            var suffix = string.Create(CultureInfo.InvariantCulture, $"\"dp_rank\":{rank}}}}}");
            Assert.Equal(expected[rank], published.Where(p => p.EndsWith(suffix, StringComparison.Ordinal)));
        }

        await AssertAnswersAsync(relay, truth, worker, engine.BlockSize);
    }

    [Fact]
    public async Task Relay_NoReplayAddress_SaysWhatItDoesNotKnow()
    {
        var (engine, _) = Engine(1);
        await using var relay = await RelayHost.StartAsync(_nats.Url, engine with { KvReplay = null });
        await using var fake = Start(engine, 1, "--drop", "50-59", "--count", "100", "--rate", "200", "--linger", "20");
        await fake.WaitForOutputAsync("DONE");
        await Eventually.TrueAsync("the lane is at the end", async () => (await LaneAsync(relay)).GetProperty("sequence").ToString() == "99");
        var lane = await LaneAsync(relay);
        Assert.Equal(60, lane.GetProperty("partial_since").GetInt32());
        Assert.False(lane.GetProperty("complete").GetBoolean());
        var answer = await relay.PostAsync("/v1/match", new { token_ids = Array.Empty<int>() });
        Assert.False(answer.GetProperty("complete").GetBoolean());
        Assert.Equal(["fake/0"], answer.GetProperty("lanes_missing").EnumerateArray().Select(l => l.GetString()!));
        Assert.Equal(10, await relay.MetricAsync("dynamo_component_kv_publisher_engines_dropped_events_total{dynamo_component=\"backend\",dynamo_endpoint=\"generate\",dynamo_namespace=\"dynamo\"}"));
    }

    [Fact]
    public async Task Relay_NatsAwayForAWhile_CatchesUp()
    {
        var (engine, worker) = Engine(1);
        await _nats.StopAsync();
        await using var relay = await RelayHost.StartAsync(_nats.Url, engine, "--Relay:QueueCapacity", "64");
        await using var fake = Start(engine, 1, "--count", "300", "--rate", "300", "--linger", "40");
        await fake.WaitForOutputAsync("DONE");
        await Eventually.TrueAsync("the lane is blocked", async () => (await relay.GetAsync("/v1/lanes")).GetProperty("lanes")[0].GetProperty("state").GetString() == "blocked");
        Assert.Equal(64, (await relay.GetAsync("/v1/lanes")).GetProperty("lanes")[0].GetProperty("publish_queue").GetInt32());
        await _nats.StartAgainAsync();
        var expected = Truth.Read(_directory.Combine("truth.jsonl")).Expected(worker, 0, engine.BlockSize);
        var published = await RelayHost.StreamAsync(_nats.Url, expected.Count, async () => (await relay.GetAsync("/v1/lanes")).ToString());
        Assert.Equal(expected, published);
    }

    [Fact]
    public async Task Relay_NatsKilledUnderLoad_PublishesEachEventOnce()
    {
        var (engine, worker) = Engine(1);
        await using var relay = await RelayHost.StartAsync(_nats.Url, engine, "--Relay:AckTimeout", "00:00:01");
        await using var fake = Start(engine, 1, "--count", "900", "--rate", "300", "--linger", "40");
        await Eventually.TrueAsync("some are published", async () => await relay.MetricAsync("dynamo_aspire_kv_publish_fates_total{fate=\"stored\"}") > 100);
        await _nats.StopAsync();
        await _nats.StartAgainAsync();
        await fake.WaitForOutputAsync("DONE");
        var expected = Truth.Read(_directory.Combine("truth.jsonl")).Expected(worker, 0, engine.BlockSize);
        var published = await RelayHost.StreamAsync(_nats.Url, expected.Count, async () => (await relay.GetAsync("/v1/lanes")).ToString());
        Assert.Equal(expected, published);
    }

    private static async Task AssertAnswersAsync(RelayHost relay, Truth truth, ulong worker, int blockSize)
    {
        var lanes = (await relay.GetAsync("/v1/lanes")).GetProperty("lanes");
        Assert.All(lanes.EnumerateArray(), l => Assert.True(l.GetProperty("complete").GetBoolean(), l.ToString()));
        foreach (var rank in (uint[])[0, 1])
        {
            var answer = await relay.PostAsync("/v1/match", new { token_ids = truth.LastRootTokens(rank), block_size = blockSize });
            Assert.Equal(1, answer.GetProperty("blocks_total").GetInt32());
            Assert.True(answer.GetProperty("complete").GetBoolean());
            var match = Assert.Single(answer.GetProperty("matches").EnumerateArray());
            Assert.Equal((worker, rank, 1), (match.GetProperty("worker_id").GetUInt64(), match.GetProperty("dp_rank").GetUInt32(), match.GetProperty("blocks").GetInt32()));
        }

        var workers = (await relay.GetAsync("/v1/workers")).GetProperty("workers");
        Assert.Equal("fake", Assert.Single(workers.EnumerateArray()).GetProperty("engine").GetString());
        Assert.True(await relay.MetricAsync("dynamo_component_kv_publisher_zmq_events_total{dynamo_component=\"backend\",dynamo_endpoint=\"generate\",dynamo_namespace=\"dynamo\",event_type=\"stored\",stage=\"received\"}") > 0);
    }

    private static async Task<JsonElement> LaneAsync(RelayHost relay) => (await relay.GetAsync("/v1/lanes")).GetProperty("lanes")[0];

    private static (EngineOptions Engine, ulong Worker) Engine(int ranks)
    {
        var first = FreePort.NextRange(2 * ranks);
        var engine = new EngineOptions
        {
            Name = "fake",
            DpSize = ranks,
            BlockSize = 16,
            KvEvents = string.Create(CultureInfo.InvariantCulture, $"tcp://127.0.0.1:{first}"),
            KvReplay = string.Create(CultureInfo.InvariantCulture, $"tcp://127.0.0.1:{first + ranks}"),
        };
        return (engine, EngineIdentity.DeriveWorkerId("dynamo", "backend", "fake"));
    }

    private ChildProcess Start(EngineOptions engine, int ranks, params string[] options) => Python.Start(
        Path.Combine(RepositoryPaths.Fixtures, "tools", "fake_vllm_zmq.py"),
        ["--endpoint", engine.KvEvents!, "--replay-endpoint", engine.KvReplay!, "--dp-size", ranks.ToString(CultureInfo.InvariantCulture), "--truth", _directory.Combine("truth.jsonl"), .. options]);
}
