using System.Text;
using System.Threading.Channels;
using DynamoAspire.Messaging.Zmq;
using DynamoAspire.Testing;

namespace DynamoAspire.Messaging.Tests.Zmq;

/// <summary>What every adapter must do. One class per adapter derives from this.</summary>
public abstract partial class ZmqContractTests : IAsyncLifetime
{
    private readonly Lazy<IZmqContext> _context;
    private readonly List<IZmqSocket> _sockets = [];

    protected ZmqContractTests(string adapter) => _context = new Lazy<IZmqContext>(() => ZmqContexts.Create(adapter));

    protected IZmqContext Context => _context.Value;

    /// <summary>Bound of a whole test: nothing here waits for ever.</summary>
    protected CancellationToken Deadline { get; } = new CancellationTokenSource(TimeSpan.FromSeconds(30)).Token;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var socket in _sockets)
        {
            await socket.DisposeAsync();
        }

        if (_context.IsValueCreated)
        {
            await Context.DisposeAsync();
        }
    }

    protected static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    protected static string Text(ReadOnlyMemory<byte> frame) => Encoding.UTF8.GetString(frame.Span);

    protected static string[] Texts(ZmqMessage message)
    {
        using (message)
        {
            return [.. Enumerable.Range(0, message.Count).Select(i => Text(message[i]))];
        }
    }

    protected IZmqSocket Socket(ZmqSocketType type, ZmqSocketOptions? options = null)
    {
        var socket = Context.CreateSocket(type, options);
        _sockets.Add(socket);
        return socket;
    }

    protected async Task<(IZmqSocket Bound, IZmqSocket Connected)> PairAsync(
        ZmqSocketType bound, ZmqSocketType connected, ZmqSocketOptions? boundOptions = null, ZmqSocketOptions? connectedOptions = null)
    {
        var server = Socket(bound, boundOptions);
        var client = Socket(connected, connectedOptions);
        var endpoint = await server.BindAsync("tcp://127.0.0.1:*", Deadline);
        await client.ConnectAsync(endpoint, Deadline);
        return (server, client);
    }

    /// <summary>A publisher and a subscriber that has been seen to receive; a subscription travels to the publisher in its own time.</summary>
    protected async Task<(IZmqSocket Pub, IZmqSocket Sub)> SubscribedAsync(string topic, ZmqSocketOptions? publisher = null, ZmqSocketOptions? subscriber = null)
    {
        var pub = Socket(ZmqSocketType.Pub, publisher);
        var sub = Socket(ZmqSocketType.Sub, subscriber);
        await sub.SubscribeAsync(Bytes(topic), Deadline);
        await sub.ConnectAsync(await pub.BindAsync("tcp://127.0.0.1:*", Deadline), Deadline);
        await MeetAsync(pub, sub, topic);
        return (pub, sub);
    }

    /// <summary>Publishes until the subscriber hears it, then reads what came more than once.</summary>
    protected async Task MeetAsync(IZmqSocket pub, IZmqSocket sub, string topic)
    {
        await Eventually.TrueAsync(
            "the subscriber hears the publisher",
            () =>
            {
                pub.TrySend(new ZmqFrames(Bytes(topic + "probe")));
                return sub.TryReceive(out var message) && Seen(message);
            });
        pub.TrySend(new ZmqFrames(Bytes(topic + "end of probes")));
        while (Texts(await sub.ReceiveAsync(Deadline))[0] != topic + "end of probes")
        {
            // A probe that arrived late.
        }

        static bool Seen(ZmqMessage message)
        {
            message.Dispose();
            return true;
        }
    }

    protected async Task<ZmqEvent> EventAsync(IZmqSocket socket, ZmqEventKind kind)
    {
        try
        {
            while (true)
            {
                var next = await socket.Events.ReadAsync(Deadline);
                if (next.Kind == kind)
                {
                    return next;
                }
            }
        }
        catch (OperationCanceledException e)
        {
            throw new TimeoutException($"No {kind} event.", e);
        }
    }

    protected static async Task<ZmqException> RefusedAsync(ZmqError error, Func<Task> action)
    {
        var exception = await Assert.ThrowsAsync<ZmqException>(action);
        Assert.Equal(error, exception.Error);
        return exception;
    }

    protected static async Task ClosedAsync(Task<ZmqMessage> receive) => await Assert.ThrowsAsync<ChannelClosedException>(() => receive);
}
