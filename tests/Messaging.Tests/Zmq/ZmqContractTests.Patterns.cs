using System.Text;
using DynamoAspire.Messaging.Zmq;
using DynamoAspire.Testing;

namespace DynamoAspire.Messaging.Tests.Zmq;

/// <summary>Socket kinds, frames and endpoints.</summary>
public abstract partial class ZmqContractTests
{
    [Fact]
    public async Task Subscriber_WithTopicPrefixes_ReceivesExactlyWhatMatches()
    {
        var pub = Socket(ZmqSocketType.Pub);
        var sub = Socket(ZmqSocketType.Sub);
        await sub.SubscribeAsync(Bytes("kv"), Deadline);
        await sub.SubscribeAsync(Bytes("load-1"), Deadline);
        await sub.ConnectAsync(await pub.BindAsync("tcp://127.0.0.1:0", Deadline), Deadline);
        await MeetAsync(pub, sub, "kv");
        foreach (var topic in new[] { "kw", "kv", "load-2", "load-10", "k", "", "kv-events", "last load-1", "load-1 last" })
        {
            Assert.Equal(ZmqSendStatus.Ok, pub.TrySend(new ZmqFrames(Bytes(topic), Bytes("body of " + topic))));
        }

        var received = new List<string>();
        while (received.Count == 0 || received[^1] != "body of load-1 last")
        {
            received.Add(Texts(await sub.ReceiveAsync(Deadline))[1]);
        }

        Assert.Equal(["body of kv", "body of load-10", "body of kv-events", "body of load-1 last"], received);
    }

    [Fact]
    public async Task Subscriber_WithEmptyTopic_ReceivesEverythingInOrder()
    {
        var (pub, sub) = await SubscribedAsync("");
        var number = new byte[4];
        for (var i = 0; i < 2_000; i++)
        {
            BitConverter.TryWriteBytes(number, i);
            await pub.SendAsync(new ZmqFrames(number, default), Deadline);
        }

        for (var i = 0; i < 2_000; i++)
        {
            using var message = await sub.ReceiveAsync(Deadline);
            Assert.Equal(2, message.Count);
            Assert.Equal(i, BitConverter.ToInt32(message[0].Span));
        }
    }

    [Fact]
    public async Task Dealer_WithEmptyDelimiter_IsAnsweredThroughTheRouter()
    {
        var (router, dealer) = await PairAsync(ZmqSocketType.Router, ZmqSocketType.Dealer, connectedOptions: new ZmqSocketOptions { Identity = Bytes("lane-7") });
        await dealer.SendAsync(new ZmqFrames(default, Bytes("question")), Deadline);

        using var request = await router.ReceiveAsync(Deadline);
        Assert.Equal(3, request.Count);
        Assert.Equal("lane-7", Text(request[0]));
        Assert.True(request[1].IsEmpty);
        Assert.Equal("question", Text(request[2]));

        await router.SendAsync(new ZmqFrames(request[0], default, Bytes("topic"), Bytes("answer 1")), Deadline);
        await router.SendAsync(new ZmqFrames([request[0], ReadOnlyMemory<byte>.Empty, Bytes(""), Bytes("answer 2"), Bytes("more")]), Deadline);
        Assert.Equal(["", "topic", "answer 1"], Texts(await dealer.ReceiveAsync(Deadline)));
        Assert.Equal(["", "", "answer 2", "more"], Texts(await dealer.ReceiveAsync(Deadline)));
    }

    [Fact]
    public async Task Router_AnswersTheDealerThatAsked()
    {
        var router = Socket(ZmqSocketType.Router);
        var endpoint = await router.BindAsync("tcp://127.0.0.1:*", Deadline);
        IZmqSocket[] dealers = [Socket(ZmqSocketType.Dealer), Socket(ZmqSocketType.Dealer), Socket(ZmqSocketType.Dealer)];
        for (var i = 0; i < dealers.Length; i++)
        {
            await dealers[i].ConnectAsync(endpoint, Deadline);
            await dealers[i].SendAsync(new ZmqFrames(default, Bytes("from " + i)), Deadline);
        }

        for (var i = 0; i < dealers.Length; i++)
        {
            using var request = await router.ReceiveAsync(Deadline);
            await router.SendAsync(new ZmqFrames(request[0], default, Bytes("echo " + Text(request[2]))), Deadline);
        }

        for (var i = 0; i < dealers.Length; i++)
        {
            Assert.Equal(["", "echo from " + i], Texts(await dealers[i].ReceiveAsync(Deadline)));
        }
    }

    [Fact]
    public async Task Router_WithUnknownPeer_CountsTheMessageAsUndeliverable()
    {
        var (router, dealer) = await PairAsync(ZmqSocketType.Router, ZmqSocketType.Dealer);
        await router.SendAsync(new ZmqFrames(Bytes("nobody"), Bytes("x")), Deadline);
        await Eventually.TrueAsync("the message is counted", () => router.Counters.Undeliverable == 1);

        // The socket is not left in the middle of a message.
        await dealer.SendAsync(new ZmqFrames(Bytes("hello")), Deadline);
        using var hello = await router.ReceiveAsync(Deadline);
        await router.SendAsync(new ZmqFrames(hello[0], Bytes("welcome")), Deadline);
        Assert.Equal(["welcome"], Texts(await dealer.ReceiveAsync(Deadline)));
    }

    [Fact]
    public async Task Pull_ReceivesFromAllPushers()
    {
        var pull = Socket(ZmqSocketType.Pull);
        var endpoint = await pull.BindAsync("tcp://127.0.0.1:*", Deadline);
        foreach (var name in new[] { "a", "b" })
        {
            var push = Socket(ZmqSocketType.Push);
            await push.ConnectAsync(endpoint, Deadline);
            for (var i = 0; i < 50; i++)
            {
                await push.SendAsync(new ZmqFrames(Bytes($"{name}{i}")), Deadline);
            }
        }

        var received = new HashSet<string>();
        for (var i = 0; i < 100; i++)
        {
            received.Add(Texts(await pull.ReceiveAsync(Deadline))[0]);
        }

        Assert.Equal(100, received.Count);
    }

    [Fact]
    public async Task Frames_OfAllShapes_ArriveAsSent()
    {
        var (pull, push) = await PairAsync(ZmqSocketType.Pull, ZmqSocketType.Push);
        var random = new Random(4711);
        int[][] shapes = [[0], [0, 0, 0], [1], [33, 34], [255, 256], [1, 0, 70_000, 0], [3_000_000], [5, 5, 5, 5, 5, 5, 5], [8_192, 8_193, 65_535, 65_536]];
        foreach (var shape in shapes)
        {
            var frames = shape.Select(size =>
            {
                var frame = new byte[size];
                random.NextBytes(frame);
                return (ReadOnlyMemory<byte>)frame;
            }).ToArray();
            await push.SendAsync(new ZmqFrames(frames), Deadline);
            using var message = await pull.ReceiveAsync(Deadline);
            Assert.Equal(shape, Enumerable.Range(0, message.Count).Select(i => message[i].Length));
            Assert.Equal(shape.Sum(), message.Length);
            for (var i = 0; i < frames.Length; i++)
            {
                Assert.True(frames[i].Span.SequenceEqual(message[i].Span));
            }
        }
    }

    [Fact]
    public async Task Send_AfterReturning_NoLongerReadsTheCallersMemory()
    {
        var (pull, push) = await PairAsync(ZmqSocketType.Pull, ZmqSocketType.Push);
        var buffer = Encoding.UTF8.GetBytes("first");
        await push.SendAsync(new ZmqFrames(buffer), Deadline);
        "XXXXX"u8.CopyTo(buffer);
        Assert.Equal(["first"], Texts(await pull.ReceiveAsync(Deadline)));
    }

    [Theory]
    [InlineData("tcp://127.0.0.1:*")]
    [InlineData("tcp://127.0.0.1:0")]
    [InlineData("tcp://localhost:0")]
    public async Task Bind_WithoutPort_ReturnsTheOneTaken(string endpoint)
    {
        var pull = Socket(ZmqSocketType.Pull);
        var resolved = await pull.BindAsync(endpoint, Deadline);
        Assert.Matches("^tcp://127\\.0\\.0\\.1:[1-9][0-9]+$", resolved);

        var push = Socket(ZmqSocketType.Push);
        await push.ConnectAsync(resolved, Deadline);
        await push.SendAsync(new ZmqFrames(Bytes("x")), Deadline);
        Assert.Equal(["x"], Texts(await pull.ReceiveAsync(Deadline)));
    }

    [Fact]
    public async Task Bind_OfATakenAddress_SaysSo()
    {
        var endpoint = await Socket(ZmqSocketType.Pull).BindAsync("tcp://127.0.0.1:*", Deadline);
        var second = Socket(ZmqSocketType.Pull);
        var error = await RefusedAsync(ZmqError.AddressInUse, () => second.BindAsync(endpoint, Deadline).AsTask());
        Assert.Contains(endpoint, error.Message, StringComparison.Ordinal);

        // The socket itself is still good.
        Assert.NotEqual(endpoint, await second.BindAsync("tcp://127.0.0.1:*", Deadline));
    }

    [Theory]
    [InlineData("")]
    [InlineData("127.0.0.1:5557")]
    [InlineData("tcp://")]
    [InlineData("tcp://127.0.0.1")]
    [InlineData("tcp://127.0.0.1:")]
    [InlineData("tcp://127.0.0.1:70000")]
    [InlineData("tcp://127.0.0.1:http")]
    [InlineData("udp://127.0.0.1:5557")]
    public async Task Endpoint_ThatIsNotOne_IsRefusedAtBothEnds(string endpoint)
    {
        var socket = Socket(ZmqSocketType.Dealer);
        await RefusedAsync(ZmqError.InvalidEndpoint, () => socket.BindAsync(endpoint, Deadline).AsTask());
        await RefusedAsync(ZmqError.InvalidEndpoint, () => socket.ConnectAsync(endpoint, Deadline).AsTask());
    }

    [Theory]
    [InlineData("tcp://*:5557")]
    [InlineData("tcp://127.0.0.1:0")]
    [InlineData("tcp://127.0.0.1:*")]
    public async Task Connect_ToAWildcard_IsRefused(string endpoint) =>
        await RefusedAsync(ZmqError.InvalidEndpoint, () => Socket(ZmqSocketType.Sub).ConnectAsync(endpoint, Deadline).AsTask());

    [Fact]
    public async Task Bind_ToAForeignAddress_IsRefused() =>
        await RefusedAsync(ZmqError.InvalidEndpoint, () => Socket(ZmqSocketType.Pull).BindAsync("tcp://192.0.2.7:0", Deadline).AsTask());

    [Fact]
    public async Task Publisher_ThatConnects_ReachesASubscriberThatBinds()
    {
        var sub = Socket(ZmqSocketType.Sub);
        await sub.SubscribeAsync(default, Deadline);
        var endpoint = await sub.BindAsync("tcp://127.0.0.1:*", Deadline);
        var pub = Socket(ZmqSocketType.Pub);
        await pub.ConnectAsync(endpoint, Deadline);
        await MeetAsync(pub, sub, "");
        await pub.SendAsync(new ZmqFrames(Bytes("a"), Bytes("b")), Deadline);
        Assert.Equal(["a", "b"], Texts(await sub.ReceiveAsync(Deadline)));
    }

    [Fact]
    public async Task Subscriber_ThatIsThereFirst_ReceivesOnceThePublisherComes()
    {
        var endpoint = $"tcp://127.0.0.1:{FreePort.Next()}";
        var sub = Socket(ZmqSocketType.Sub);
        await sub.SubscribeAsync(default, Deadline);
        await sub.ConnectAsync(endpoint, Deadline);
        Assert.False(sub.TryReceive(out _));
        var pub = Socket(ZmqSocketType.Pub);
        await pub.BindAsync(endpoint, Deadline);
        await MeetAsync(pub, sub, "");
    }

    [Fact]
    public async Task Operation_ThatTheKindDoesNotHave_IsAnArgumentError()
    {
        Assert.Throws<InvalidOperationException>(() => Socket(ZmqSocketType.Sub).TrySend(new ZmqFrames(Bytes("x"))));
        Assert.Throws<InvalidOperationException>(() => Socket(ZmqSocketType.Pub).TryReceive(out _));
        await Assert.ThrowsAsync<InvalidOperationException>(() => Socket(ZmqSocketType.Pull).SubscribeAsync(default, Deadline).AsTask());
        Assert.Throws<ArgumentException>(() => Socket(ZmqSocketType.Pub).TrySend(default));
        Assert.Throws<ArgumentOutOfRangeException>(() => Socket(ZmqSocketType.Pub, new ZmqSocketOptions { ReceiveCapacity = 0 }));
    }
}
