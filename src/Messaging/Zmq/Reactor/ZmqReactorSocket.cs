using System.Threading.Channels;

namespace DynamoAspire.Messaging.Zmq.Reactor;

/// <summary>A socket of either adapter: the queues to and from the reactor's thread, and the options both sides agree on.</summary>
internal sealed partial class ZmqReactorSocket : IZmqSocket
{
    private const int EventCapacity = 1_024;

    private readonly ZmqReactor _reactor;
    private readonly ZmqSocketOptions _options;
    private readonly ZmqInbox _inbox;
    private readonly ZmqOutbox _outbox;
    private readonly Channel<ZmqEvent> _events;
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _scheduled;
    private int _disposing;

    // Written by the reactor's thread alone, apart from the refused sends.
    private long _sent;
    private long _received;
    private long _sendDropped;
    private long _oversized;
    private long _bytesReceived;
    private long _bytesSent;
    private long _undeliverable;
    private long _disconnects;

    public ZmqReactorSocket(ZmqReactor reactor, ZmqSocketType type, ZmqSocketOptions options)
    {
        _reactor = reactor;
        _options = options;
        Type = type;
        _inbox = new ZmqInbox(options.ReceiveCapacity, Schedule);
        _outbox = new ZmqOutbox(options.SendCapacity);
        _events = Channel.CreateBounded<ZmqEvent>(new BoundedChannelOptions(EventCapacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleWriter = true });
    }

    public ZmqSocketType Type { get; }

    public ZmqCounters Counters => new()
    {
        Sent = Volatile.Read(ref _sent),
        Received = Volatile.Read(ref _received),
        SendDropped = Volatile.Read(ref _sendDropped),
        Oversized = Volatile.Read(ref _oversized),
        BytesReceived = Volatile.Read(ref _bytesReceived),
        BytesSent = Volatile.Read(ref _bytesSent),
        Undeliverable = Volatile.Read(ref _undeliverable),
        Disconnects = Volatile.Read(ref _disconnects),
    };

    public int ReceivePending => _inbox.Count;

    public ChannelReader<ZmqEvent> Events => _events.Reader;

    /// <summary>Reactor only.</summary>
    public ZmqDriverSocket? Native { get; private set; }

    private bool CanSend => Type is ZmqSocketType.Pub or ZmqSocketType.Push or ZmqSocketType.Dealer or ZmqSocketType.Router;

    private bool CanReceive => Type is ZmqSocketType.Sub or ZmqSocketType.Pull or ZmqSocketType.Dealer or ZmqSocketType.Router;

    public async ValueTask<string> BindAsync(string endpoint, CancellationToken cancellationToken = default)
    {
        endpoint = ZmqEndpoint.ForBind(endpoint);
        return await RunAsync(native => BindNow(native, endpoint), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask ConnectAsync(string endpoint, CancellationToken cancellationToken = default)
    {
        endpoint = ZmqEndpoint.ForConnect(endpoint);
        await RunAsync(native => ConnectNow(native, endpoint), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisconnectAsync(string endpoint, CancellationToken cancellationToken = default)
    {
        endpoint = ZmqEndpoint.ForConnect(endpoint);
        await RunAsync(native => DisconnectNow(native, endpoint), cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask SubscribeAsync(ReadOnlyMemory<byte> topic, CancellationToken cancellationToken = default)
    {
        if (Type is not ZmqSocketType.Sub)
        {
            throw new InvalidOperationException($"Only a SUB socket subscribes; this is a {Type} socket.");
        }

        await RunAsync(
            native =>
            {
                native.Subscribe(topic.Span);
                return "";
            },
            cancellationToken).ConfigureAwait(false);
    }

    public ZmqSendStatus TrySend(ZmqFrames frames)
    {
        var status = _outbox.Probe();
        if (status is ZmqSendStatus.Ok)
        {
            status = Post(frames);
        }

        if (status is ZmqSendStatus.Full)
        {
            Interlocked.Increment(ref _sendDropped);
        }

        return status;
    }

    public ValueTask SendAsync(ZmqFrames frames, CancellationToken cancellationToken = default)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(cancellationToken);
        }

        return Post(frames) switch
        {
            ZmqSendStatus.Ok => ValueTask.CompletedTask,
            ZmqSendStatus.Closed => ValueTask.FromException(Closed()),
            _ => SendWhenRoomAsync(frames, cancellationToken),
        };
    }

    public ValueTask<ZmqMessage> ReceiveAsync(CancellationToken cancellationToken = default)
    {
        ThrowUnless(CanReceive, "receive");
        return _inbox.ReceiveAsync(cancellationToken);
    }

    public bool TryReceive([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out ZmqMessage? message)
    {
        ThrowUnless(CanReceive, "receive");
        return _inbox.TryReceive(out message);
    }

    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposing, 1) == 0)
        {
            _outbox.Close();
            _inbox.Close(new ZmqException(ZmqError.Closed, "The socket was disposed."));
            Schedule();
        }

        return new ValueTask(_closed.Task);
    }

    private static ZmqException Closed() => new(ZmqError.Closed, "The socket was disposed.");

    private void ThrowUnless(bool can, string what)
    {
        if (!can)
        {
            throw new InvalidOperationException($"A {Type} socket does not {what}.");
        }
    }

    private ZmqSendStatus Post(ZmqFrames frames)
    {
        ThrowUnless(CanSend, "send");
        if (frames.Count == 0)
        {
            throw new ArgumentException("A message has at least one frame; it may be empty.", nameof(frames));
        }

        var message = _reactor.Pool.Rent();
        for (var i = 0; i < frames.Count; i++)
        {
            message.Add(frames[i].Span);
        }

        var status = _outbox.TryPost(message);
        if (status is ZmqSendStatus.Ok)
        {
            Schedule();
        }
        else
        {
            message.Dispose();
        }

        return status;
    }

    private async ValueTask SendWhenRoomAsync(ZmqFrames frames, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (_outbox.WaitForRoom() is { } room)
            {
                await room.WaitAsync(cancellationToken).ConfigureAwait(false);
            }

            switch (Post(frames))
            {
                case ZmqSendStatus.Ok:
                    return;
                case ZmqSendStatus.Closed:
                    throw Closed();
                default:
                    continue;
            }
        }
    }

    private async Task<string> RunAsync(Func<ZmqDriverSocket, string> operation, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return await _reactor.InvokeAsync(() => Volatile.Read(ref _disposing) != 0 ? throw Closed() : operation(Native ?? throw (_fault ?? Closed())))
            .WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private void Schedule()
    {
        if (Interlocked.Exchange(ref _scheduled, 1) == 0)
        {
            _reactor.Schedule(this);
        }
    }
}
