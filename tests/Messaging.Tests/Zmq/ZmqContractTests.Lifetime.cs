using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using DynamoAspire.Messaging.Zmq;
using DynamoAspire.Testing;

namespace DynamoAspire.Messaging.Tests.Zmq;

/// <summary>Connections that come and go, cancellation, disposal.</summary>
public abstract partial class ZmqContractTests
{
    [Fact]
    public async Task Subscriber_AfterItsPublisherRestarts_ReceivesAgainAndSawItHappen()
    {
        var options = new ZmqSocketOptions { Monitor = true, ReconnectInterval = TimeSpan.FromMilliseconds(10), ReconnectIntervalMax = TimeSpan.FromMilliseconds(20) };
        var first = Socket(ZmqSocketType.Pub, options);
        var endpoint = await first.BindAsync("tcp://127.0.0.1:*", Deadline);
        Assert.Equal(endpoint, (await EventAsync(first, ZmqEventKind.Listening)).Endpoint);
        var sub = Socket(ZmqSocketType.Sub, options);
        await sub.SubscribeAsync(default, Deadline);
        await sub.ConnectAsync(endpoint, Deadline);
        await EventAsync(sub, ZmqEventKind.Connected);
        await EventAsync(first, ZmqEventKind.Accepted);
        await MeetAsync(first, sub, "");

        await first.DisposeAsync();
        await EventAsync(sub, ZmqEventKind.Disconnected);
        Assert.Equal(1, sub.Counters.Disconnects);
        await EventAsync(sub, ZmqEventKind.ConnectRetried);

        // Disposed means the port is free: no retry here.
        var second = Socket(ZmqSocketType.Pub);
        Assert.Equal(endpoint, await second.BindAsync(endpoint, Deadline));
        await EventAsync(sub, ZmqEventKind.Connected);
        await MeetAsync(second, sub, "");
    }

    [Fact]
    public async Task Dispose_OfABoundSocket_FreesItsPortEachTime()
    {
        var port = FreePort.Next();
        for (var i = 0; i < 10; i++)
        {
            await using var socket = Context.CreateSocket(ZmqSocketType.Router);
            await socket.BindAsync($"tcp://127.0.0.1:{port}", Deadline);
        }
    }

    [Fact]
    public async Task Peer_ThatViolatesTheProtocol_DoesNotEndTheConnectionForGood()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var sub = Socket(ZmqSocketType.Sub, new ZmqSocketOptions { Monitor = true, ReconnectInterval = TimeSpan.FromMilliseconds(10) });
        await sub.SubscribeAsync(default, Deadline);
        await sub.ConnectAsync($"tcp://127.0.0.1:{port}", Deadline);
        using (var client = await listener.AcceptTcpClientAsync(Deadline))
        {
            // A ZMTP 3.0 greeting with a mechanism that does not exist: a protocol error, after which libzmq by itself never tries again.
            byte[] greeting = [0xFF, 0, 0, 0, 0, 0, 0, 0, 1, 0x7F, 3, 0, .. "BOGUS"u8, .. new byte[47]];
            await client.GetStream().WriteAsync(greeting, Deadline);
            await EventAsync(sub, ZmqEventKind.Disconnected);
        }

        listener.Stop();
        var pub = Socket(ZmqSocketType.Pub);
        await pub.BindAsync($"tcp://127.0.0.1:{port}", Deadline);
        await MeetAsync(pub, sub, "");
    }

    [Fact]
    public async Task Disconnect_EndsTheStreamFromThatPeer()
    {
        var (pub, sub) = await SubscribedAsync("", subscriber: new ZmqSocketOptions { Monitor = true });
        var endpoint = (await EventAsync(sub, ZmqEventKind.Connected)).Endpoint;
        await sub.DisconnectAsync(endpoint, Deadline);
        await Eventually.TrueAsync(
            "nothing arrives any more",
            async () =>
            {
                while (sub.TryReceive(out var old))
                {
                    old.Dispose();
                }

                var before = pub.Counters.Sent;
                pub.TrySend(new ZmqFrames(Bytes("x")));
                await Eventually.TrueAsync("sent", () => pub.Counters.Sent > before);
                return sub.ReceivePending == 0;
            });
        await RefusedAsync(ZmqError.InvalidEndpoint, () => sub.DisconnectAsync("tcp://127.0.0.1:9", Deadline).AsTask());
    }

    [Fact]
    public async Task Receive_WhenCancelled_EndsAndLosesNothing()
    {
        var (pull, push) = await PairAsync(ZmqSocketType.Pull, ZmqSocketType.Push);
        for (var i = 0; i < 20; i++)
        {
            using var cancellation = new CancellationTokenSource();
            var waiting = pull.ReceiveAsync(cancellation.Token).AsTask();
            Assert.False(waiting.IsCompleted);
            await cancellation.CancelAsync();
            var cancelled = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
            Assert.Equal(cancellation.Token, cancelled.CancellationToken);
            await push.SendAsync(new ZmqFrames(Bytes($"{i}")), Deadline);
            Assert.Equal([$"{i}"], Texts(await pull.ReceiveAsync(Deadline)));
        }

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => pull.ReceiveAsync(new CancellationToken(canceled: true)).AsTask());
    }

    [Fact]
    public async Task Receive_BesideAnotherThatWaits_IsRefused()
    {
        var pull = Socket(ZmqSocketType.Pull);
        var waiting = pull.ReceiveAsync(Deadline).AsTask();
        await Assert.ThrowsAsync<InvalidOperationException>(() => pull.ReceiveAsync(Deadline).AsTask());
        await pull.DisposeAsync();
        await ClosedAsync(waiting);
    }

    [Fact]
    public async Task Dispose_DuringAReceive_EndsItAndEverythingAfter()
    {
        var socket = Socket(ZmqSocketType.Dealer);
        var waiting = socket.ReceiveAsync(Deadline).AsTask();
        await socket.DisposeAsync();
        await ClosedAsync(waiting);
        await ClosedAsync(socket.ReceiveAsync(Deadline).AsTask());
        Assert.False(socket.TryReceive(out _));
        Assert.Equal(ZmqSendStatus.Closed, socket.TrySend(new ZmqFrames(Bytes("x"))));
        await RefusedAsync(ZmqError.Closed, () => socket.SendAsync(new ZmqFrames(Bytes("x")), Deadline).AsTask());
        await RefusedAsync(ZmqError.Closed, () => socket.BindAsync("tcp://127.0.0.1:*", Deadline).AsTask());
        await socket.Events.Completion.WaitAsync(Deadline);
        await socket.DisposeAsync();
    }

    [Fact]
    public async Task Dispose_OfTheContext_EndsItsSockets()
    {
        var context = ZmqContexts.Create(Context.Adapter);
        var socket = context.CreateSocket(ZmqSocketType.Dealer);
        var waiting = socket.ReceiveAsync(Deadline).AsTask();
        await context.DisposeAsync();
        await ClosedAsync(waiting);
        Assert.Equal(ZmqSendStatus.Closed, socket.TrySend(new ZmqFrames(Bytes("x"))));
        await RefusedAsync(ZmqError.Closed, () => socket.ConnectAsync("tcp://127.0.0.1:9", Deadline).AsTask());
        await socket.DisposeAsync();
        await context.DisposeAsync();
        Assert.Throws<ObjectDisposedException>(() => context.CreateSocket(ZmqSocketType.Pub));
    }

    [Fact]
    public async Task Dispose_WithLinger_HandsOverWhatWasSent()
    {
        var pull = Socket(ZmqSocketType.Pull);
        var endpoint = await pull.BindAsync("tcp://127.0.0.1:*", Deadline);
        var push = Context.CreateSocket(ZmqSocketType.Push, new ZmqSocketOptions { Linger = TimeSpan.FromSeconds(10) });
        await push.ConnectAsync(endpoint, Deadline);
        for (var i = 0; i < 500; i++)
        {
            await push.SendAsync(new ZmqFrames(Bytes($"{i}")), Deadline);
        }

        await push.DisposeAsync();
        for (var i = 0; i < 500; i++)
        {
            Assert.Equal([$"{i}"], Texts(await pull.ReceiveAsync(Deadline)));
        }
    }

    [Fact]
    public async Task Dispose_DuringTrafficFromManyThreads_EndsCleanly()
    {
        for (var round = 0; round < 5; round++)
        {
            var context = ZmqContexts.Create(Context.Adapter);
            var pull = context.CreateSocket(ZmqSocketType.Pull);
            var push = context.CreateSocket(ZmqSocketType.Push);
            await push.ConnectAsync(await pull.BindAsync("tcp://127.0.0.1:*", Deadline), Deadline);
            var senders = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
            {
                while (push.TrySend(new ZmqFrames(Bytes("some message"), default)) is not ZmqSendStatus.Closed)
                {
                    // As fast as it goes.
                }
            })).ToArray();
            var reader = Task.Run(async () =>
            {
                while (true)
                {
                    (await pull.ReceiveAsync(Deadline)).Dispose();
                }
            });
            await Eventually.TrueAsync("traffic flows", () => pull.Counters.Received > 1_000);

            // One round closes the sockets first, the next pulls the context from under them.
            if (round % 2 == 0)
            {
                await Task.WhenAll(pull.DisposeAsync().AsTask(), push.DisposeAsync().AsTask()).WaitAsync(Deadline);
            }

            await context.DisposeAsync().AsTask().WaitAsync(Deadline);
            await Task.WhenAll(senders).WaitAsync(Deadline);
            await Assert.ThrowsAsync<ChannelClosedException>(() => reader);
        }
    }

    [Fact]
    public async Task Sockets_InGreatNumber_AreAllServed()
    {
        var router = Socket(ZmqSocketType.Router);
        var endpoint = await router.BindAsync("tcp://127.0.0.1:*", Deadline);
        var dealers = Enumerable.Range(0, 100).Select(_ => Socket(ZmqSocketType.Dealer)).ToArray();
        for (var i = 0; i < dealers.Length; i++)
        {
            await dealers[i].ConnectAsync(endpoint, Deadline);
            await dealers[i].SendAsync(new ZmqFrames(Bytes($"{i}")), Deadline);
        }

        var seen = new HashSet<string>();
        for (var i = 0; i < dealers.Length; i++)
        {
            using var request = await router.ReceiveAsync(Deadline);
            seen.Add(Text(request[1]));
        }

        Assert.Equal(100, seen.Count);
    }
}
