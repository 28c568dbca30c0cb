using System.Text;
using DynamoAspire.Messaging.Nats;
using DynamoAspire.Testing;

namespace DynamoAspire.Messaging.Tests.Nats;

/// <summary>What every adapter must do, against a real server. One derived class per adapter.</summary>
public abstract partial class NatsContract(NatsServerFixture fixture) : IAsyncLifetime
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly List<IAsyncDisposable> _owned = [];

    protected abstract NatsAdapter Adapter { get; }

    protected NatsServer Server => fixture.Server;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        for (var i = _owned.Count - 1; i >= 0; i--)
        {
            await _owned[i].DisposeAsync();
        }
    }

    [Fact]
    public async Task Publish_WithHeadersAndReply_ArrivesWhole()
    {
        var connection = await ConnectAsync();
        var subject = NewSubject();
        await using var subscription = await connection.SubscribeAsync(subject);

        var headers = new NatsHeaders().Add("Nats-Msg-Id", "a-1").Add("X-Text", "grün").Add("X-Two", "1").Add("X-Two", "2");
        Assert.Equal(NatsPublishStatus.Ok, connection.TryPublish(new NatsSubject(subject), "payload"u8, headers, new NatsSubject("reply.here")));

        var message = await ReadAsync(subscription);
        Assert.Equal(subject, message.Subject);
        Assert.Equal("reply.here", message.ReplyTo);
        Assert.Equal("payload", Text(message));
        Assert.NotNull(message.Headers);
        Assert.Equal("a-1", message.Headers["Nats-Msg-Id"]);
        Assert.Equal("grün", message.Headers["X-Text"]);
        Assert.Equal(4, message.Headers.Count);
        Assert.Equal(["1", "2"], Enumerable.Range(0, 4).Select(i => message.Headers[i]).Where(h => h.Key == "X-Two").Select(h => h.Value));
    }

    [Fact]
    public async Task Publish_WithoutHeadersOrReply_ArrivesWithoutThem()
    {
        var connection = await ConnectAsync();
        var subject = NewSubject();
        await using var subscription = await connection.SubscribeAsync(subject);

        connection.TryPublish(new NatsSubject(subject), default);

        var message = await ReadAsync(subscription);
        Assert.Null(message.ReplyTo);
        Assert.Null(message.Headers);
        Assert.Equal(0, message.Payload.Length);
    }

    [Fact]
    public async Task Publish_ManyFromOneThread_KeepsOrder()
    {
        const int Count = 20_000;
        var connection = await ConnectAsync();
        var subject = NewSubject();
        await using var subscription = await connection.SubscribeAsync(subject, options: new NatsSubscriptionOptions { Capacity = Count });
        var target = new NatsSubject(subject);

        for (var i = 0; i < Count; i++)
        {
            Assert.Equal(NatsPublishStatus.Ok, connection.TryPublish(target, BitConverter.GetBytes(i), i % 3 == 0 ? new NatsHeaders().Add("I", "x") : null));
        }

        for (var i = 0; i < Count; i++)
        {
            Assert.Equal(i, BitConverter.ToInt32((await ReadAsync(subscription)).Payload.Span));
        }
    }

    [Fact]
    public async Task Publish_LargeAndTooLarge_IsTakenAndRefused()
    {
        var connection = await ConnectAsync();
        Assert.Equal(256 * 1024, connection.MaxPayload);
        var subject = NewSubject();
        await using var subscription = await connection.SubscribeAsync(subject);
        var large = new byte[connection.MaxPayload];
        Random.Shared.NextBytes(large);

        Assert.Equal(NatsPublishStatus.TooLarge, connection.TryPublish(new NatsSubject(subject), new byte[connection.MaxPayload + 1]));
        Assert.Equal(NatsPublishStatus.TooLarge, connection.TryPublish(new NatsSubject(subject), large, new NatsHeaders().Add("A", "b")));
        Assert.Equal(NatsPublishStatus.Ok, connection.TryPublish(new NatsSubject(subject), large));

        Assert.Equal(large, (await ReadAsync(subscription)).Payload.ToArray());
        Assert.Equal(2, connection.Counters.PublishFailures);
        Assert.Equal(NatsConnectionState.Connected, connection.State);
    }

    [Fact]
    public async Task Publish_BeyondTheBound_IsRefusedAsFull()
    {
        // A server that is frozen takes nothing, so what is published stays in the bounded queue.
        await using var server = await NatsServer.StartAsync();
        var connection = await ConnectAsync(Options(server) with { MaxPendingBytes = 512 * 1024 });
        var subject = new NatsSubject(NewSubject());
        var payload = new byte[64 * 1024];
        server.Freeze();
        try
        {
            var full = 0;
            await Eventually.TrueAsync("the queue is full", () =>
            {
                for (var i = 0; i < 64 && full == 0; i++)
                {
                    full += connection.TryPublish(subject, payload) == NatsPublishStatus.Full ? 1 : 0;
                }

                return full > 0;
            });
            Assert.True(connection.Counters.PublishFailures > 0);
        }
        finally
        {
            server.Thaw();
        }

        await connection.FlushAsync();
        Assert.Equal(NatsPublishStatus.Ok, connection.TryPublish(subject, payload));
    }

    [Fact]
    public async Task Subscribe_Wildcard_ReportsEachSubject()
    {
        var connection = await ConnectAsync();
        var prefix = NewSubject();
        await using var subscription = await connection.SubscribeAsync(prefix + ".*.>");

        connection.TryPublish(new NatsSubject(prefix + ".a.b.c"), "1"u8);
        connection.TryPublish(new NatsSubject(prefix + ".a"), "not matched"u8);
        connection.TryPublish(new NatsSubject(prefix + ".b.c"), "2"u8);

        Assert.Equal(prefix + ".a.b.c", (await ReadAsync(subscription)).Subject);
        Assert.Equal(prefix + ".b.c", (await ReadAsync(subscription)).Subject);
    }

    [Fact]
    public async Task Subscribe_QueueGroup_SharesTheMessages()
    {
        const int Count = 200;
        var connection = await ConnectAsync();
        var other = await ConnectAsync();
        var subject = NewSubject();
        await using var first = await connection.SubscribeAsync(subject, "group");
        await using var second = await other.SubscribeAsync(subject, "group");
        await using var all = await other.SubscribeAsync(subject);
        await other.FlushAsync();

        for (var i = 0; i < Count; i++)
        {
            connection.TryPublish(new NatsSubject(subject), "x"u8);
        }

        await Eventually.TrueAsync("all messages arrive", () => all.Pending == Count && first.Pending + second.Pending == Count);
        Assert.InRange(first.Pending, 1, Count - 1);
    }

    [Fact]
    public async Task Subscribe_Disposed_EndsTheReaderAndTheDelivery()
    {
        var connection = await ConnectAsync();
        var subject = NewSubject();
        var subscription = await connection.SubscribeAsync(subject);
        var waiting = subscription.ReadAsync();

        await subscription.DisposeAsync();
        await Assert.ThrowsAsync<System.Threading.Channels.ChannelClosedException>(async () => await waiting);

        // The same connection's requests have no responder once the server knows.
        var gone = await Assert.ThrowsAsync<NatsException>(async () => await connection.RequestAsync(subject, default));
        Assert.Equal(NatsError.NoResponders, gone.Error);
    }

    [Fact]
    public async Task Subscribe_ReaderTooSlow_DropsTheNewestAndCounts()
    {
        var connection = await ConnectAsync();
        var subject = NewSubject();
        await using var subscription = await connection.SubscribeAsync(subject, options: new NatsSubscriptionOptions { Capacity = 10 });

        for (var i = 0; i < 25; i++)
        {
            connection.TryPublish(new NatsSubject(subject), [(byte)i]);
        }

        await Eventually.TrueAsync("15 are dropped", () => subscription.Dropped == 15);
        Assert.Equal(15, connection.Counters.Dropped);
        Assert.Equal(10, subscription.Pending);
        for (var i = 0; i < 10; i++)
        {
            Assert.Equal(i, (await ReadAsync(subscription)).Payload.Span[0]);
        }

        Assert.False(subscription.TryRead(out _));
    }

    [Fact]
    public async Task Subscribe_BoundOfBytes_Holds()
    {
        var connection = await ConnectAsync();
        var subject = NewSubject();
        await using var subscription = await connection.SubscribeAsync(subject, options: new NatsSubscriptionOptions { CapacityBytes = 1000 });

        for (var i = 0; i < 5; i++)
        {
            connection.TryPublish(new NatsSubject(subject), new byte[400]);
        }

        await Eventually.TrueAsync("3 are dropped", () => subscription.Dropped == 3);
        await ReadAsync(subscription);
        connection.TryPublish(new NatsSubject(subject), new byte[400]);
        await Eventually.TrueAsync("room is used again", () => subscription.Pending == 2);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a..b")]
    [InlineData("a.>.b")]
    [InlineData("a b")]
    [InlineData(".a")]
    [InlineData("a.b*")]
    public async Task Subscribe_InvalidSubject_Throws(string subject)
    {
        var connection = await ConnectAsync();

        var error = await Assert.ThrowsAsync<NatsException>(async () => await connection.SubscribeAsync(subject));
        Assert.Equal(NatsError.Invalid, error.Error);
    }

    [Fact]
    public async Task Listen_ListenerThrows_GoesOnWithTheNext()
    {
        var connection = await ConnectAsync();
        var subject = NewSubject();
        var seen = 0;
        await using var listener = await connection.ListenAsync(subject, null, (in NatsIncoming message) =>
        {
            if (Interlocked.Increment(ref seen) == 1)
            {
                throw new InvalidOperationException("first");
            }
        });

        connection.TryPublish(new NatsSubject(subject), default);
        connection.TryPublish(new NatsSubject(subject), default);

        await Eventually.TrueAsync("the second is seen", () => Volatile.Read(ref seen) == 2);
        Assert.Contains("first", connection.LastError, StringComparison.Ordinal);
    }

    protected static string Text(NatsMessage message) => Encoding.UTF8.GetString(message.Payload.Span);

    protected static string NewSubject() => "t" + Guid.NewGuid().ToString("N");

    protected static async Task<NatsMessage> ReadAsync(INatsSubscription subscription)
    {
        using var limit = new CancellationTokenSource(s_patience);
        return await subscription.ReadAsync(limit.Token);
    }

    protected NatsOptions Options(NatsServer server) => new()
    {
        Adapter = Adapter,
        Url = server.Url,
        ReconnectWait = TimeSpan.FromMilliseconds(20),
        ReconnectWaitMax = TimeSpan.FromMilliseconds(100),
        ReconnectJitter = TimeSpan.FromMilliseconds(10),
    };

    protected Task<INatsConnection> ConnectAsync() => ConnectAsync(Options(Server));

    protected async Task<INatsConnection> ConnectAsync(NatsOptions options)
    {
        var connection = await NatsConnections.ConnectAsync(options);
        _owned.Add(connection);
        return connection;
    }
}
