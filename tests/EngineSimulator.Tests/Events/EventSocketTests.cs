using System.Globalization;
using DynamoAspire.Messaging.Zmq;
using DynamoAspire.Testing;

namespace DynamoAspire.EngineSimulator.Tests.Events;

public sealed class EventSocketTests
{
    private const string PythonConsumer = """
        import sys, struct, zmq, msgpack
        replay = int(sys.argv[1])
        context = zmq.Context()
        dealer = context.socket(zmq.DEALER)
        dealer.connect('tcp://127.0.0.1:%d' % replay)
        def ask(start):
            dealer.send_multipart([b'', struct.pack('>Q', start)])
            out = []
            while True:
                if not dealer.poll(10000): sys.exit('no answer')
                frames = dealer.recv_multipart()
                if frames[-2] == b'\xff' * 8:
                    return out, frames
                out.append((struct.unpack('>Q', frames[-2])[0], frames))
        everything, end = ask(0)
        print(len(everything), everything[0][0], everything[-1][0] - everything[0][0] + 1)
        print(len(end), [len(f) for f in end])
        print(len(everything[0][1]), everything[0][1][1] if len(everything[0][1]) == 4 else '-')
        batch = msgpack.unpackb(everything[0][1][-1])
        print(batch[1][0]['type'], batch[2], type(batch[0]).__name__)
        tail, _ = ask(everything[-1][0])
        print(tail[0][1][-1] == everything[-1][1][-1])
        print(len(ask(2**64 - 1)[0]))
        dealer.send_multipart([struct.pack('>Q', 0)])
        print('silent' if not dealer.poll(300) else 'answered')
        req = context.socket(zmq.REQ)
        req.connect('tcp://127.0.0.1:%d' % replay)
        req.send(struct.pack('>Q', 5))
        print(struct.unpack('>Q', req.recv_multipart()[-2])[0])
        """;

    [Theory]
    [InlineData("Topic", "4 [0, 0, 8, 0]", "4 b'kv'")]
    [InlineData("Legacy", "3 [0, 8, 0]", "3 -")]
    public async Task Replay_AskedByPython_IsThatOfVllm(string layout, string end, string first)
    {
        await using var host = await SimulatorHost.StartAsync($"Simulator:ReplayFrames={layout}", "Simulator:Topic=kv");
        await host.PublishedAsync(20);
        await host.CalmAsync();
        var published = (long)(await host.RankAsync(0))["next_sequence"]!;
        var lines = (await Python.RunAsync(PythonConsumer, host.ReplayPort.ToString(CultureInfo.InvariantCulture))).Split('\n');
        Assert.Equal([$"{published} 0 {published}", end, first, "BlockStored 0 float", "True", "0", "silent", "5"], lines);
    }

    [Fact]
    public async Task Batches_LiveAndReplayed_AreTheSameAndReproduceTheCache()
    {
        await using var context = ZmqContexts.Create();
        await using var host = await SimulatorHost.StartAsync("Simulator:BlocksPerRank=512");
        var live = new Dictionary<ulong, byte[]>();
        await using var sub = context.CreateSocket(ZmqSocketType.Sub);
        await sub.SubscribeAsync(default);
        await sub.ConnectAsync($"tcp://127.0.0.1:{host.EventsPort + 1}");
        await Eventually.TrueAsync("blocks are evicted", async () => (long)(await host.RankAsync(1))["blocks_removed"]! > 50);
        await host.CalmAsync();
        var state = await host.RankAsync(1);
        var last = (ulong)state["next_sequence"]! - 1;
        await Eventually.TrueAsync("the last batch is heard", () =>
        {
            while (sub.TryReceive(out var message))
            {
                using (message)
                {
                    Assert.Equal(3, message.Count);
                    live.Add(System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(message[1].Span), message[2].ToArray());
                }
            }

            return live.ContainsKey(last);
        });

        var replayed = await EventStream.ReplayAsync(context, host.ReplayPort + 1, 0);
        Assert.Equal(Enumerable.Range(0, (int)last + 1).Select(i => (ulong)i), replayed.Select(r => r.Sequence));
        Assert.All(live, l => Assert.Equal(replayed[(int)l.Key].Payload, l.Value));
        Assert.Equal((int)state["cached_blocks"]!, EventStream.Apply(replayed.Select(r => r.Payload)).Count);
    }

    [Fact]
    public async Task Loss_HidesBatchesFromSubscribersButNotFromReplay()
    {
        await using var context = ZmqContexts.Create();
        await using var host = await SimulatorHost.StartAsync();
        await using var sub = context.CreateSocket(ZmqSocketType.Sub);
        await sub.SubscribeAsync(default);
        await sub.ConnectAsync($"tcp://127.0.0.1:{host.EventsPort}");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var before = await NextAsync();
        Assert.Equal(before + 1, await NextAsync());
        await host.PostAsync("/control/loss?engine=e0", """{"drop_next": 3}""");
        ulong gap;
        var previous = before + 1;
        do
        {
            var next = await NextAsync();
            gap = next - previous - 1;
            previous = next;
        }
        while (gap == 0);
        Assert.Equal(3UL, gap);
        Assert.Equal(3, (long)(await host.RankAsync(0))["batches_dropped"]!);
        var replayed = await EventStream.ReplayAsync(context, host.ReplayPort, previous - 3);
        Assert.Equal([previous - 3, previous - 2, previous - 1], replayed.Take(3).Select(r => r.Sequence));

        async Task<ulong> NextAsync()
        {
            using var message = await sub.ReceiveAsync(limit.Token);
            return System.Buffers.Binary.BinaryPrimitives.ReadUInt64BigEndian(message[1].Span);
        }
    }

    [Fact]
    public async Task Buffer_ThatIsFull_ForgetsTheOldest()
    {
        await using var context = ZmqContexts.Create();
        await using var host = await SimulatorHost.StartAsync("Simulator:BufferSteps=5");
        await host.PublishedAsync(20);
        await host.CalmAsync();
        var next = (ulong)(await host.RankAsync(0))["next_sequence"]!;
        var replayed = await EventStream.ReplayAsync(context, host.ReplayPort, 0);
        Assert.Equal(Enumerable.Range(0, 5).Select(i => next - 5 + (ulong)i), replayed.Select(r => r.Sequence));
    }
}
