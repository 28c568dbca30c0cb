using System.Buffers.Binary;
using System.Text;
using System.Threading.Channels;
using DynamoAspire.Engines;
using DynamoAspire.Messaging.Zmq;

namespace DynamoAspire.KvEventRelay.Links;

/// <summary>SUB for the live batches, and a new DEALER for each replay: answers to a request that was given up cannot mix with those to the next.</summary>
internal sealed class ZmqEngineLink : IEngineLink
{
    private const int LiveFrames = 3;

    private readonly IZmqContext _context;
    private readonly EngineRank _rank;
    private readonly RelayOptions _options;
    private readonly TimeProvider _time;
    private readonly IZmqSocket _live;
    private Task _watch = Task.CompletedTask;
    private long _connections;
    private long _malformed;
    private bool _connected;

    public ZmqEngineLink(IZmqContext context, EngineRank rank, RelayOptions options, TimeProvider time)
    {
        _context = context;
        _rank = rank;
        _options = options;
        _time = time;
        _live = context.CreateSocket(ZmqSocketType.Sub, SocketOptions() with { Monitor = true });
    }

    public bool CanReplay => _rank.KvReplayConnect is not null;

    public bool IsConnected => Volatile.Read(ref _connected);

    public long Connections => Interlocked.Read(ref _connections);

    public int Pending => _live.ReceivePending;

    public long Malformed => Interlocked.Read(ref _malformed);

    public long Oversized => _live.Counters.Oversized;

    public Action? Connected { get; set; }

    public async ValueTask StartAsync(CancellationToken cancellationToken)
    {
        _watch = WatchAsync(_live.Events);
        await _live.SubscribeAsync(Encoding.UTF8.GetBytes(_rank.Engine.Options.KvTopic), cancellationToken);
        await _live.ConnectAsync(_rank.KvEventsConnect!, cancellationToken);
    }

    public bool TryReceive(out LinkMessage message)
    {
        while (_live.TryReceive(out var received))
        {
            if (TryParse(received, out message))
            {
                return true;
            }
        }

        message = default;
        return false;
    }

    public async ValueTask<LinkMessage> ReceiveAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryParse(await _live.ReceiveAsync(cancellationToken), out var message))
            {
                return message;
            }
        }
    }

    public async ValueTask<IReplay> ReplayAsync(ulong from, CancellationToken cancellationToken)
    {
        var socket = _context.CreateSocket(ZmqSocketType.Dealer, SocketOptions());
        try
        {
            await socket.ConnectAsync(_rank.KvReplayConnect!, cancellationToken);
            var request = new byte[sizeof(ulong)];
            BinaryPrimitives.WriteUInt64BigEndian(request, from);

            // A REQ socket would put the empty frame there by itself, but takes only the first answer.
            await socket.SendAsync(new ZmqFrames(ReadOnlyMemory<byte>.Empty, request), cancellationToken);
            return new ZmqReplay(socket, _options, _time);
        }
        catch
        {
            await socket.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _live.DisposeAsync();
        await _watch;
    }

    private ZmqSocketOptions SocketOptions() => new()
    {
        ReceiveCapacity = _options.ReceiveCapacity,
        ReceiveHighWaterMark = _options.ReceiveHighWaterMark,
        MaxMessageBytes = _options.MaxMessageBytes,
    };

    /// <summary>[topic][sequence: 8 bytes, big-endian][payload]</summary>
    private bool TryParse(ZmqMessage received, out LinkMessage message)
    {
        if (received.Count == LiveFrames && received[1].Length == sizeof(ulong))
        {
            message = new LinkMessage(BinaryPrimitives.ReadUInt64BigEndian(received[1].Span), received[2], received);
            return true;
        }

        received.Dispose();
        Interlocked.Increment(ref _malformed);
        message = default;
        return false;
    }

    private async Task WatchAsync(ChannelReader<ZmqEvent> events)
    {
        try
        {
            await foreach (var change in events.ReadAllAsync())
            {
                if (change.Kind == ZmqEventKind.Connected)
                {
                    Volatile.Write(ref _connected, true);
                    Interlocked.Increment(ref _connections);
                    Connected?.Invoke();
                }
                else if (change.Kind == ZmqEventKind.Disconnected)
                {
                    Volatile.Write(ref _connected, false);
                }
            }
        }
        catch (ChannelClosedException)
        {
            // The socket was closed.
        }
    }
}
