using System.Collections.Concurrent;
using DynamoAspire.Messaging.Nats;
using DynamoAspire.Testing;

namespace DynamoAspire.Messaging.Tests.Nats;

/// <content>Connections that come and go.</content>
public abstract partial class NatsContract
{
    [Fact]
    public async Task Connect_ServerIsAway_ComesBackDisconnectedAndConnectsLater()
    {
        await using var server = NatsServer.Prepare();
        var connection = await ConnectAsync(Options(server));
        Assert.Equal(NatsConnectionState.Disconnected, connection.State);
        Assert.NotNull(connection.LastError);
        Assert.Null(connection.Server);
        Assert.Equal(NatsPublishStatus.Disconnected, connection.TryPublish(new NatsSubject("a"), default));
        Assert.Equal(NatsError.Disconnected, (await Assert.ThrowsAsync<NatsException>(async () => await connection.FlushAsync())).Error);
        Assert.Equal(NatsError.Disconnected, (await Assert.ThrowsAsync<NatsException>(async () => await connection.RequestAsync("a", default))).Error);
        var subject = NewSubject();
        await using var early = await connection.SubscribeAsync(subject);

        await server.StartAgainAsync();

        await connection.WaitForConnectionAsync().AsTask().WaitAsync(s_patience);
        Assert.Equal(NatsConnectionState.Connected, connection.State);
        Assert.Equal("127.0.0.1:" + server.Port, connection.Server);
        Assert.True(connection.Counters.ConnectFailures > 0);
        Assert.Equal(NatsPublishStatus.Ok, connection.TryPublish(new NatsSubject(subject), "now"u8));
        Assert.Equal("now", Text(await ReadAsync(early)));
    }

    [Fact]
    public async Task Reconnect_ServerRestarts_KeepsSubscriptionsAndReportsStates()
    {
        await using var server = await NatsServer.StartAsync();
        var connection = await ConnectAsync(Options(server));
        var states = new ConcurrentQueue<NatsConnectionState>();
        connection.StateChanged += states.Enqueue;
        var subject = NewSubject();
        await using var plain = await connection.SubscribeAsync(subject);
        await using var grouped = await connection.SubscribeAsync(subject, "g");
        var ended = await connection.SubscribeAsync(subject);
        await ended.DisposeAsync();
        await using var service = await connection.ServeAsync(subject + ".svc", null, (_, _) => ValueTask.FromResult<ReadOnlyMemory<byte>>("ok"u8.ToArray()));

        for (var round = 1; round <= 3; round++)
        {
            await server.StopAsync();
            await Eventually.TrueAsync("the loss is noticed", () => connection.State == NatsConnectionState.Reconnecting);

            // Fails fast while away, and nothing of it is sent later.
            Assert.Equal(NatsPublishStatus.Disconnected, connection.TryPublish(new NatsSubject(subject), "lost"u8));
            await using var during = await connection.SubscribeAsync(subject);
            await server.StartAgainAsync();
            await connection.WaitForConnectionAsync().AsTask().WaitAsync(s_patience);

            connection.TryPublish(new NatsSubject(subject), "back"u8);
            Assert.Equal("back", Text(await ReadAsync(plain)));
            Assert.Equal("back", Text(await ReadAsync(grouped)));
            Assert.Equal("back", Text(await ReadAsync(during)));
            Assert.Equal("ok", Text(await connection.RequestAsync(subject + ".svc", default)));
            Assert.Equal(round, connection.Counters.Disconnects);
            Assert.Equal(round + 1, connection.Counters.Connects);
        }

        await connection.FlushAsync();
        Assert.Equal(0, plain.Pending + grouped.Pending);
        Assert.Equal(3, connection.Counters.PublishFailures);
        Assert.Equal(Enumerable.Repeat(new[] { NatsConnectionState.Reconnecting, NatsConnectionState.Connected }, 3).SelectMany(s => s), states);
    }

    [Fact]
    public async Task Reconnect_QueuedWhenTheServerDied_IsRefusedAndNotSentLater()
    {
        const int Count = 200;
        await using var server = await NatsServer.StartAsync();
        var connection = await ConnectAsync(Options(server));
        var receiver = await ConnectAsync(Options(server));
        var subject = NewSubject();
        await using var subscription = await receiver.SubscribeAsync(subject);
        await receiver.FlushAsync();
        var payload = new byte[64 * 1024];

        // A frozen server takes what its socket holds; the rest waits in the queue when it dies.
        server.Freeze();
        for (var i = 0; i < Count; i++)
        {
            Assert.Equal(NatsPublishStatus.Ok, connection.TryPublish(new NatsSubject(subject), payload));
            if (i == 0 || i == Count / 2)
            {
                // Three batches: one that is sent, one that is being sent, one that waits.
                await Eventually.TrueAsync("a batch is sent", () => connection.Counters.MessagesOut > 0);
            }
        }

        await server.StopAsync();
        await Eventually.TrueAsync("the loss is noticed", () => connection.Counters.Disconnects == 1 && receiver.Counters.Disconnects == 1);
        await server.StartAgainAsync();
        await connection.WaitForConnectionAsync().AsTask().WaitAsync(s_patience);
        await receiver.WaitForConnectionAsync().AsTask().WaitAsync(s_patience);
        await receiver.FlushAsync();
        connection.TryPublish(new NatsSubject(subject), "first"u8);

        Assert.Equal("first", Text(await ReadAsync(subscription)));
        var counters = connection.Counters;
        Assert.True(counters.PublishFailures > 0, "Nothing was queued: the test shows nothing.");
        Assert.Equal(Count + 1, counters.MessagesOut + counters.PublishFailures);
    }

    [Fact]
    public async Task Reconnect_ServerHangs_IsNoticedByPings()
    {
        await using var server = await NatsServer.StartAsync();
        var connection = await ConnectAsync(Options(server) with { PingInterval = TimeSpan.FromMilliseconds(200), ConnectTimeout = TimeSpan.FromMilliseconds(500) });
        server.Freeze();
        try
        {
            await Eventually.TrueAsync("the loss is noticed", () => connection.State == NatsConnectionState.Reconnecting);
        }
        finally
        {
            server.Thaw();
        }

        await connection.WaitForConnectionAsync().AsTask().WaitAsync(s_patience);
        await connection.FlushAsync();
    }

    [Fact]
    public async Task Connect_SeveralServers_TakesTheOneThatAnswersAndMovesOn()
    {
        await using var first = await NatsServer.StartAsync();
        await using var second = await NatsServer.StartAsync();
        var connection = await ConnectAsync(Options(first) with { Url = $"nats://127.0.0.1:{FreePort.Next()},{first.Url},{second.Url}" });
        await connection.WaitForConnectionAsync().AsTask().WaitAsync(s_patience);
        Assert.Equal("127.0.0.1:" + first.Port, connection.Server);

        await first.StopAsync();

        await Eventually.TrueAsync("the second is used", () => connection.Server == "127.0.0.1:" + second.Port);
        await connection.FlushAsync();
    }

    [Fact]
    public async Task Counters_AfterTraffic_AreExact()
    {
        var connection = await ConnectAsync();
        var subject = NewSubject();
        await using var subscription = await connection.SubscribeAsync(subject);
        for (var i = 0; i < 10; i++)
        {
            connection.TryPublish(new NatsSubject(subject), new byte[7]);
        }

        await connection.FlushAsync();
        await Eventually.TrueAsync("all arrive", () => subscription.Pending == 10);

        var counters = connection.Counters;
        Assert.Equal((10, 70, 10, 70), (counters.MessagesOut, counters.BytesOut, counters.MessagesIn, counters.BytesIn));
        Assert.Equal((1, 0, 0, 0), (counters.Connects, counters.Disconnects, counters.PublishFailures, counters.Errors));
    }

    [Fact]
    public async Task Dispose_DuringTraffic_EndsCleanly()
    {
        for (var round = 0; round < 10; round++)
        {
            var sender = await NatsConnections.ConnectAsync(Options(Server));
            var receiver = await NatsConnections.ConnectAsync(Options(Server));
            var subject = NewSubject();
            var target = new NatsSubject(subject);
            var subscription = await receiver.SubscribeAsync(subject);
            using var stop = new CancellationTokenSource();
            var headers = new NatsHeaders().Add("A", "b");
            var threads = Enumerable.Range(0, 3).Select(_ => Task.Run(() =>
            {
                while (sender.TryPublish(target, "payload"u8, headers) is NatsPublishStatus.Ok or NatsPublishStatus.Full)
                {
                }
            })).ToArray();
            var requests = Task.Run(async () =>
            {
                await Assert.ThrowsAsync<NatsException>(async () =>
                {
                    while (true)
                    {
                        await sender.RequestAsync(subject, default);
                    }
                });
            });
            await ReadAsync(subscription);

            await Task.WhenAll(sender.DisposeAsync().AsTask(), receiver.DisposeAsync().AsTask()).WaitAsync(s_patience);

            await Task.WhenAll(threads).WaitAsync(s_patience);
            await requests.WaitAsync(s_patience);
            Assert.Equal(NatsConnectionState.Disconnected, sender.State);
            Assert.Equal(NatsPublishStatus.Closed, sender.TryPublish(target, default));
            await sender.DisposeAsync();
        }
    }

    [Fact]
    public async Task Dispose_AfterPublish_SendsWhatWaits()
    {
        var receiver = await ConnectAsync();
        var subject = NewSubject();
        await using var subscription = await receiver.SubscribeAsync(subject);
        await receiver.FlushAsync();
        await using (var sender = await NatsConnections.ConnectAsync(Options(Server)))
        {
            for (var i = 0; i < 1_000; i++)
            {
                Assert.Equal(NatsPublishStatus.Ok, sender.TryPublish(new NatsSubject(subject), BitConverter.GetBytes(i)));
            }
        }

        await Eventually.TrueAsync("all 1000 arrive", () => subscription.Pending == 1_000);
    }

    [Fact]
    public async Task Dispose_WhileConnecting_EndsSoonAndWakesTheWaiting()
    {
        await using var server = NatsServer.Prepare();
        var connection = await NatsConnections.ConnectAsync(Options(server));
        var waiting = connection.WaitForConnectionAsync();

        await connection.DisposeAsync().AsTask().WaitAsync(s_patience);

        Assert.Equal(NatsError.Closed, (await Assert.ThrowsAsync<NatsException>(async () => await waiting)).Error);
        Assert.Equal(NatsError.Closed, (await Assert.ThrowsAsync<NatsException>(async () => await connection.SubscribeAsync("a"))).Error);
    }

    [Fact]
    public async Task Connect_Cancelled_Throws()
    {
        // A listener that accepts and says nothing.
        using var silent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
            await NatsConnections.ConnectAsync(Options(Server) with { Url = "nats://127.0.0.1:" + ((System.Net.IPEndPoint)silent.LocalEndpoint).Port }, cancel.Token));
    }
}
