using System.Net.Sockets;
using DynamoAspire.Messaging.Zmq.Reactor;
using NetMQ;
using NetMQ.Sockets;

namespace DynamoAspire.Messaging.Zmq.NetMq;

/// <summary>One NetMQ socket and its monitor.</summary>
internal sealed class NetMqSocket : ZmqDriverSocket
{
    private readonly NetMqDriver _driver;
    private readonly ZmqSocketType _type;
    private readonly ZmqSocketOptions _options;
    private readonly NetMQSocket _socket;
    private readonly NetMqMonitor _monitor;
    private readonly NetMQSelector.Item[] _items;
    private readonly Dictionary<string, string> _boundAs = new(StringComparer.Ordinal);
    private NetMQSelector.Item _selected;
    private Msg _message;
    private bool _closed;

    public NetMqSocket(NetMqDriver driver, ZmqSocketType type, ZmqSocketOptions options)
    {
        _driver = driver;
        _type = type;
        _options = options;
        _socket = Create(type);
        SetOptions();
        _monitor = new NetMqMonitor(_socket);

        // An item's interest is fixed, so there is one per combination. PollError stands for none: the selector skips items without any,
        // and then the library never gets to handle what its I/O thread has for the socket.
        _items =
        [
            new NetMQSelector.Item(_socket, PollEvents.PollError),
            new NetMQSelector.Item(_socket, PollEvents.PollIn),
            new NetMQSelector.Item(_socket, PollEvents.PollOut),
            new NetMQSelector.Item(_socket, PollEvents.PollIn | PollEvents.PollOut),
        ];
        _selected = _items[0];
        _message.InitEmpty();
    }

    /// <summary>A poll must not wait: there is something to read already.</summary>
    public bool HasPendingEvents => _monitor.HasPending;

    public int AddTo(NetMQSelector.Item[] items, int count)
    {
        _selected = _items[(WantsRead ? 1 : 0) | (WantsWrite ? 2 : 0)];
        items[count++] = _selected;
        items[count++] = _monitor.Item;
        return count;
    }

    public void ReadResults()
    {
        IsReadable = (_selected.ResultEvent & PollEvents.PollIn) != 0;
        IsWritable = (_selected.ResultEvent & PollEvents.PollOut) != 0;
        HasEvents = _monitor.HasPending || _monitor.Item.ResultEvent != PollEvents.None;
    }

    public override string Bind(string endpoint)
    {
        NetMqErrors.RefuseIpc(endpoint);
        try
        {
            AllowIpv6(endpoint);
            _socket.Bind(endpoint);
        }
        catch (Exception e) when (e is NetMQException or SocketException or ArgumentException)
        {
            _monitor.Tell(ZmqRawEventKind.BindFailed, endpoint);
            throw NetMqErrors.From(e, "listen on", endpoint);
        }

        var resolved = _socket.Options.LastEndpoint ?? endpoint;
        _boundAs[resolved] = endpoint;
        _monitor.Tell(ZmqRawEventKind.Listening, resolved);
        return resolved;
    }

    public override void Unbind(string resolvedEndpoint)
    {
        // NetMQ knows a listener by the text it was bound with, or by the resolved one, depending on the port.
        if (!TryEnd(resolvedEndpoint) && _boundAs.TryGetValue(resolvedEndpoint, out var given))
        {
            TryEnd(given);
        }
    }

    public override void Connect(string endpoint)
    {
        NetMqErrors.RefuseIpc(endpoint);
        try
        {
            AllowIpv6(endpoint);
            _socket.Connect(endpoint);
        }
        catch (Exception e) when (e is NetMQException or SocketException or ArgumentException)
        {
            throw NetMqErrors.From(e, "connect to", endpoint);
        }
    }

    public override bool Disconnect(string endpoint) => TryEnd(endpoint);

    public override void Subscribe(ReadOnlySpan<byte> topic) => ((SubscriberSocket)_socket).Subscribe(topic.ToArray());

    public override ZmqReadResult TryReceive(ZmqMessage message)
    {
        if (!_socket.TryReceive(ref _message, TimeSpan.Zero))
        {
            return ZmqReadResult.None;
        }

        var oversized = false;
        while (true)
        {
            oversized |= _message.Size > _options.MaxMessageBytes - message.Length || message.Count == _options.MaxFrames;
            if (!oversized)
            {
                message.Add(_message.Size == 0 ? default : _message.Slice());
            }

            // The library queues whole messages only: the further frames are there.
            if (!_message.HasMore || !_socket.TryReceive(ref _message, TimeSpan.Zero))
            {
                return oversized ? ZmqReadResult.Oversized : ZmqReadResult.Message;
            }
        }
    }

    public override ZmqWriteResult TrySend(ZmqMessage message)
    {
        var last = message.Count - 1;
        for (var i = 0; i <= last; i++)
        {
            var frame = message.Span(i);
            var part = default(Msg);
            if (frame.IsEmpty)
            {
                part.InitEmpty();
            }
            else
            {
                part.InitPool(frame.Length);
                frame.CopyTo(part.Slice());
            }

            var sent = false;
            try
            {
                sent = _socket.TrySend(ref part, TimeSpan.Zero, more: i < last);
            }
            catch (HostUnreachableException)
            {
                part.Close();
                return ZmqWriteResult.Undeliverable;
            }

            if (part.IsInitialised)
            {
                part.Close();
            }

            if (!sent)
            {
                // Only a first frame is refused for want of room; after it the library takes, or silently drops, the rest.
                // A ROUTER's refusal concerns one peer: waiting for it would hold up all the others.
                return i == 0 && _type is not ZmqSocketType.Router ? ZmqWriteResult.Again : ZmqWriteResult.Undeliverable;
            }
        }

        return ZmqWriteResult.Sent;
    }

    public override bool TryReadEvent(out ZmqRawEvent rawEvent) => _monitor.TryRead(out rawEvent);

    public override void Close(TimeSpan linger)
    {
        if (_closed)
        {
            return;
        }

        _closed = true;
        _socket.Options.Linger = linger;
        _socket.Dispose();
        _driver.Bury(_monitor, linger);
        _message.Close();
    }

    private static NetMQSocket Create(ZmqSocketType type) => type switch
    {
        ZmqSocketType.Pub => new PublisherSocket(),
        ZmqSocketType.Sub => new SubscriberSocket(),
        ZmqSocketType.Dealer => new DealerSocket(),
        ZmqSocketType.Router => new RouterSocket(),
        ZmqSocketType.Push => new PushSocket(),
        ZmqSocketType.Pull => new PullSocket(),
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    private bool TryEnd(string endpoint)
    {
        try
        {
            _socket.Disconnect(endpoint);
            return true;
        }
        catch (NetMQException)
        {
            return false;
        }
    }

    private void AllowIpv6(string endpoint)
    {
        if (endpoint.Contains('['))
        {
            _socket.Options.IPv4Only = false;
        }
    }

    private void SetOptions()
    {
        var options = _socket.Options;
        options.SendHighWatermark = _options.SendHighWaterMark;
        options.ReceiveHighWatermark = _options.ReceiveHighWaterMark;
        options.Linger = TimeSpan.Zero;
        options.ReconnectInterval = _options.ReconnectInterval;
        options.ReconnectIntervalMax = _options.ReconnectIntervalMax;
        options.MaxMsgSize = _options.FrameLimit;
        options.DelayAttachOnConnect = _options.Immediate;
        options.TcpKeepalive = true;
        if (_options.TcpKeepAliveIdle > TimeSpan.Zero)
        {
            options.TcpKeepaliveIdle = _options.TcpKeepAliveIdle;
        }

        if (_type is ZmqSocketType.Router)
        {
            // Otherwise messages to a peer that is gone vanish without a trace.
            options.RouterMandatory = true;
        }

        if (!_options.Identity.IsEmpty)
        {
            options.Identity = _options.Identity.ToArray();
        }
    }
}
