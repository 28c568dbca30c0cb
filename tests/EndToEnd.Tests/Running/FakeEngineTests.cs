using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using DynamoAspire.KvEvents.Hashing;
using DynamoAspire.KvEvents.RouterEvents;
using DynamoAspire.Messaging.JetStream;
using DynamoAspire.Messaging.Nats;
using DynamoAspire.Testing;

namespace DynamoAspire.EndToEnd.Tests.Running;

/// <summary>
/// The whole system with another program as the engine: <c>fake_vllm_zmq.py</c> (python3-zmq, frames as vLLM sends them) with losses, whose truth file is compared
/// with every RouterEvent that reached JetStream.
/// </summary>
[Trait("Category", "EndToEnd")]
public sealed class FakeEngineTests
{
    private const int Ranks = 2;
    private const int Batches = 400;
    private const int BlockSize = 16;
    private const string Password = "end-to-end";

    [Theory]
    [InlineData("m1", "topic")]
    [InlineData("a3", "legacy")]
    public async Task FakeVllm_WithLosses_EveryEventReachesTheStreamOnceAndInOrder(string schema, string replayFrames)
    {
        var events = FreePort.NextRange(Ranks);
        var replay = FreePort.NextRange(Ranks);
        using var directory = new TemporaryDirectory();
        var truthFile = directory.Combine("truth.jsonl");
        await using var system = new RunningSystem(
        [
            $"--Parameters:nats-password={Password}",
            "--Engines:0:Name=fake",
            "--Engines:0:Model=fake/model",
            $"--Engines:0:BlockSize={BlockSize}",
            $"--Engines:0:DpSize={Ranks}",
            Invariant($"--Engines:0:KvEvents=tcp://127.0.0.1:{events}"),
            Invariant($"--Engines:0:KvReplay=tcp://127.0.0.1:{replay}"),
        ]);

        // The engine starts before the relay listens, so the first batches are a hole too.
        await using var engine = Python.Start(
            Path.Combine(RepositoryPaths.Fixtures, "tools", "fake_vllm_zmq.py"),
            [
                "--endpoint", Invariant($"tcp://127.0.0.1:{events}"), "--replay-endpoint", Invariant($"tcp://127.0.0.1:{replay}"),
                "--dp-size", Text(Ranks), "--count", Text(Batches), "--rate", "20", "--drop", "5,40-60,200", "--drop-prob", "0.01",
                "--schema", schema, "--replay-frames", replayFrames, "--block-size", Text(BlockSize), "--seed", "7", "--linger", "120", "--truth", truthFile,
            ]);
        await system.WaitForHealthAsync(TimeSpan.FromSeconds(90), simulator: false);
        await engine.WaitForOutputAsync("DONE", TimeSpan.FromSeconds(120));

        var truth = ReadTruth(truthFile);
        await using var connection = await NatsConnections.ConnectAsync(new NatsOptions { Url = Invariant($"nats://nats:{Password}@127.0.0.1:{system.Nats}") });
        var published = await ReadStreamAsync(connection, truth.Sum(rank => rank.Value.Count));

        Assert.Equal(Ranks, truth.Count);
        foreach (var (rank, expected) in truth)
        {
            var got = published.Where(e => e.DpRank == rank).ToList();
            // One `cleared` of its own opens a lane's life: what was known of this worker before no longer holds.
            if (got.Count > 0 && got[0].What == "cleared" && expected[0] != "cleared")
            {
                got.RemoveAt(0);
            }

            Assert.Equal(expected, got.Select(e => e.What));
        }

        foreach (var lane in published.GroupBy(e => e.DpRank))
        {
            Assert.Equal(Enumerable.Range(1, lane.Count()).Select(i => (ulong)i), lane.Select(e => e.EventId));
        }

        Assert.Single(published.Select(e => e.WorkerId).Distinct());

        // The relay says what it went through: gaps were there, their batches came by replay, and no lane is left with a hole.
        var metrics = await system.Http.GetStringAsync(RunningSystem.Url(system.Relay, "/metrics"));
        Assert.True(Sum(metrics, "dynamo_aspire_kv_sequence_gaps_total") > 0, metrics);
        Assert.True(Sum(metrics, "dynamo_aspire_kv_recovered_batches_total") > 0, metrics);
        Assert.Equal(0, Sum(metrics, "dynamo_aspire_kv_lost_batches_total"));
        using var lanes = JsonDocument.Parse(await system.Http.GetStringAsync(RunningSystem.Url(system.Relay, "/v1/lanes")));
        Assert.Equal([true, true], lanes.RootElement.GetProperty("lanes").EnumerateArray().Select(l => l.GetProperty("complete").GetBoolean()));
    }

    private static double Sum(string metrics, string family) => metrics.Split('\n')
        .Where(l => l.StartsWith(family + "{", StringComparison.Ordinal) || l.StartsWith(family + " ", StringComparison.Ordinal))
        .Sum(l => double.Parse(l[(l.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));

    /// <summary>What each rank did, in order, in a form that can be compared: kind, parent, and blocks with the hash of their tokens.</summary>
    private static SortedDictionary<uint, List<string>> ReadTruth(string file)
    {
        var ranks = new SortedDictionary<uint, List<string>>();
        foreach (var line in File.ReadLines(file))
        {
            using var document = JsonDocument.Parse(line);
            var rank = document.RootElement.GetProperty("rank").GetUInt32();
            if (!ranks.TryGetValue(rank, out var list))
            {
                ranks[rank] = list = [];
            }

            foreach (var item in document.RootElement.GetProperty("events").EnumerateArray())
            {
                list.Add(item.GetProperty("type").GetString() switch
                {
                    "AllBlocksCleared" => "cleared",
                    "BlockRemoved" => "removed " + string.Join(' ', item.GetProperty("block_hashes").EnumerateArray().Select(h => h.GetUInt64())),
                    _ => Stored(item),
                });
            }
        }

        return ranks;
    }

    private static string Stored(JsonElement item)
    {
        var tokens = item.GetProperty("token_ids").EnumerateArray().Select(t => t.GetUInt32()).ToArray();
        var hashes = item.GetProperty("block_hashes").EnumerateArray().Select(h => h.GetUInt64()).ToArray();
        var parent = item.GetProperty("parent_block_hash");
        // XXH3 itself is compared with the C library elsewhere; here it is what says that the tokens arrived.
        var blocks = hashes.Select((h, i) => Invariant($"{h}:{XxHash3.Hash64(MemoryMarshal.AsBytes(tokens.AsSpan(i * BlockSize, BlockSize)), 1337)}"));
        return $"stored after {(parent.ValueKind == JsonValueKind.Null ? "nothing" : Text(parent.GetUInt64()))} {string.Join(' ', blocks)}";
    }

    private static async Task<List<Published>> ReadStreamAsync(INatsConnection connection, int atLeast)
    {
        var context = new JetStreamContext(connection);
        const string Stream = "namespace-dynamo-component-backend-kv-events";
        await Eventually.TrueAsync("the stream exists", async () => await context.GetStreamAsync(Stream) is not null, TimeSpan.FromSeconds(30));
        await using var consumer = await context.CreateConsumerAsync(Stream, new ConsumerConfig { AckPolicy = AckPolicy.None });
        var all = new List<Published>();
        var routerEvent = new RouterEvent();
        var quiet = 0;
        // All that is expected, and then until nothing more comes: one too many is an error as well.
        while (quiet < (all.Count < atLeast ? 20 : 2))
        {
            var messages = await consumer.FetchAsync(new FetchOptions { Batch = 500, Expires = TimeSpan.FromSeconds(1) });
            quiet = messages.Count == 0 ? quiet + 1 : 0;
            foreach (var message in messages)
            {
                Assert.True(RouterEventCodec.TryRead(message.Payload.Span, routerEvent));
                all.Add(new(routerEvent.WorkerId, routerEvent.DpRank, routerEvent.EventId, Describe(routerEvent)));
            }
        }

        return all;
    }

    private static string Describe(RouterEvent e) => e.Kind switch
    {
        RouterEventKind.Cleared => "cleared",
        RouterEventKind.Removed => "removed " + string.Join(' ', e.RemovedHashes.ToArray()),
        _ => $"stored after {(e.ParentHash is { } parent ? Text(parent) : "nothing")} {string.Join(' ', e.Blocks.ToArray().Select(b => Invariant($"{b.BlockHash}:{b.TokensHash}")))}",
    };

    private static string Text<T>(T value)
        where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private sealed record Published(ulong WorkerId, uint DpRank, ulong EventId, string What);
}
