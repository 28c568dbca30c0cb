using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using DynamoAspire.Messaging.Zmq.Reactor;

namespace DynamoAspire.Messaging.Zmq.Libzmq;

/// <summary>One libzmq socket and the PAIR on which its monitor reports.</summary>
internal sealed unsafe class LibzmqSocket : ZmqDriverSocket
{
    private const int WatchedEvents =
        LibzmqConstants.EventConnected | LibzmqConstants.EventConnectDelayed | LibzmqConstants.EventConnectRetried | LibzmqConstants.EventListening
        | LibzmqConstants.EventBindFailed | LibzmqConstants.EventAccepted | LibzmqConstants.EventClosed | LibzmqConstants.EventDisconnected
        | LibzmqConstants.EventHandshakeFailedNoDetail | LibzmqConstants.EventHandshakeSucceeded | LibzmqConstants.EventHandshakeFailedProtocol
        | LibzmqConstants.EventHandshakeFailedAuth;

    private readonly LibzmqDriver _driver;
    private readonly ZmqSocketType _type;
    private readonly ZmqSocketOptions _options;
    private readonly byte* _message;
    private nint _socket;
    private nint _monitor;
    private int _pollIndex = -1;
    private int _monitorIndex = -1;

    public LibzmqSocket(LibzmqDriver driver, ZmqSocketType type, ZmqSocketOptions options)
    {
        _driver = driver;
        _type = type;
        _options = options;
        _socket = LibzmqNative.Socket(driver.Context, TypeNumber(type));
        if (_socket == 0)
        {
            throw LibzmqErrors.Last($"make a {type} socket");
        }

        _message = (byte*)NativeMemory.AlignedAlloc(LibzmqNative.MessageSize, 16);
        _ = LibzmqNative.MessageInit(_message);
        try
        {
            SetOptions();
            OpenMonitor();
        }
        catch
        {
            Close(TimeSpan.Zero);
            throw;
        }
    }

    public void AddTo(LibzmqPollSet set)
    {
        // Also without interest: the poll is where the library handles what its I/O thread has for the socket.
        _pollIndex = set.Add(_socket, (short)((WantsRead ? LibzmqConstants.PollIn : 0) | (WantsWrite ? LibzmqConstants.PollOut : 0)));
        _monitorIndex = set.Add(_monitor, LibzmqConstants.PollIn);
    }

    public void ReadFrom(LibzmqPollSet set)
    {
        var result = set.Result(_pollIndex);
        IsReadable = (result & LibzmqConstants.PollIn) != 0;
        IsWritable = (result & LibzmqConstants.PollOut) != 0;
        HasEvents = set.Result(_monitorIndex) != 0;
    }

    public override string Bind(string endpoint)
    {
        AllowIpv6(endpoint);
        if (LibzmqNative.Bind(_socket, endpoint) < 0)
        {
            throw LibzmqErrors.Last("listen on", endpoint);
        }

        var buffer = stackalloc byte[1024];
        nuint length = 1024;
        return LibzmqNative.GetOption(_socket, LibzmqConstants.LastEndpoint, buffer, &length) == 0 && length > 0
            ? Encoding.UTF8.GetString(buffer, (int)length - 1)
            : endpoint;
    }

    public override void Unbind(string resolvedEndpoint) => _ = LibzmqNative.Unbind(_socket, resolvedEndpoint);

    public override void Connect(string endpoint)
    {
        AllowIpv6(endpoint);
        if (LibzmqNative.Connect(_socket, endpoint) < 0)
        {
            throw LibzmqErrors.Last("connect to", endpoint);
        }
    }

    public override bool Disconnect(string endpoint) => LibzmqNative.Disconnect(_socket, endpoint) == 0;

    public override void Subscribe(ReadOnlySpan<byte> topic)
    {
        fixed (byte* data = topic)
        {
            Set(LibzmqConstants.Subscribe, data, topic.Length);
        }
    }

    public override ZmqReadResult TryReceive(ZmqMessage message)
    {
        if (LibzmqNative.MessageReceive(_message, _socket, LibzmqConstants.DontWait) < 0)
        {
            return ZmqReadResult.None;
        }

        var oversized = false;
        while (true)
        {
            var length = LibzmqNative.MessageLength(_message);
            oversized |= length > (nuint)(_options.MaxMessageBytes - message.Length) || message.Count == _options.MaxFrames;
            if (!oversized)
            {
                message.Add(new ReadOnlySpan<byte>(LibzmqNative.MessageData(_message), (int)length));
            }

            // The library queues whole messages only: the further frames are there.
            if (LibzmqNative.MessageMore(_message) == 0 || LibzmqNative.MessageReceive(_message, _socket, LibzmqConstants.DontWait) < 0)
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
            int result;
            fixed (byte* data = frame)
            {
                result = LibzmqNative.Send(_socket, data, (nuint)frame.Length, LibzmqConstants.DontWait | (i < last ? LibzmqConstants.SendMore : 0));
            }

            if (result >= 0)
            {
                continue;
            }

            // Only a first frame is refused for want of room; after it the library takes, or silently drops, the rest.
            // A ROUTER's refusal concerns one peer: waiting for it would hold up all the others.
            var error = LibzmqNative.Errno();
            return i == 0 && error == LibzmqErrors.Again && _type is not ZmqSocketType.Router ? ZmqWriteResult.Again : ZmqWriteResult.Undeliverable;
        }

        return ZmqWriteResult.Sent;
    }

    public override bool TryReadEvent(out ZmqRawEvent rawEvent)
    {
        rawEvent = default;

        // Two frames: event (uint16, native order) and value (int32); then the endpoint.
        if (LibzmqNative.MessageReceive(_message, _monitor, LibzmqConstants.DontWait) < 0)
        {
            return false;
        }

        var head = new ReadOnlySpan<byte>(LibzmqNative.MessageData(_message), (int)LibzmqNative.MessageLength(_message));
        var number = head.Length < 2 ? 0 : BitConverter.IsLittleEndian ? BinaryPrimitives.ReadUInt16LittleEndian(head) : BinaryPrimitives.ReadUInt16BigEndian(head);
        var endpoint = "";
        while (LibzmqNative.MessageMore(_message) != 0 && LibzmqNative.MessageReceive(_message, _monitor, LibzmqConstants.DontWait) >= 0)
        {
            endpoint = Encoding.UTF8.GetString((byte*)LibzmqNative.MessageData(_message), (int)LibzmqNative.MessageLength(_message));
        }

        rawEvent = new ZmqRawEvent(Kind(number), endpoint);
        return true;
    }

    public override void Close(TimeSpan linger)
    {
        if (_socket == 0)
        {
            return;
        }

        var milliseconds = (int)Math.Clamp(linger.TotalMilliseconds, 0, int.MaxValue);
        _ = LibzmqNative.SetOption(_socket, LibzmqConstants.Linger, &milliseconds, sizeof(int));
        _ = LibzmqNative.SocketMonitor(_socket, null, 0);
        _ = LibzmqNative.Close(_socket);
        _socket = 0;
        if (_monitor != 0)
        {
            _ = LibzmqNative.Close(_monitor);
            _monitor = 0;
        }

        _ = LibzmqNative.MessageClose(_message);
        NativeMemory.AlignedFree(_message);
    }

    private static int TypeNumber(ZmqSocketType type) => type switch
    {
        ZmqSocketType.Pub => LibzmqConstants.Pub,
        ZmqSocketType.Sub => LibzmqConstants.Sub,
        ZmqSocketType.Dealer => LibzmqConstants.Dealer,
        ZmqSocketType.Router => LibzmqConstants.Router,
        ZmqSocketType.Push => LibzmqConstants.Push,
        ZmqSocketType.Pull => LibzmqConstants.Pull,
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    private ZmqRawEventKind Kind(int number) => number switch
    {
        LibzmqConstants.EventConnected => _driver.TellsHandshakes ? ZmqRawEventKind.TransportConnected : ZmqRawEventKind.Connected,
        LibzmqConstants.EventHandshakeSucceeded => ZmqRawEventKind.Connected,
        LibzmqConstants.EventAccepted => _driver.TellsHandshakes ? ZmqRawEventKind.Other : ZmqRawEventKind.Accepted,
        LibzmqConstants.EventConnectDelayed => ZmqRawEventKind.ConnectDelayed,
        LibzmqConstants.EventConnectRetried => ZmqRawEventKind.ConnectRetried,
        LibzmqConstants.EventListening => ZmqRawEventKind.Listening,
        LibzmqConstants.EventBindFailed => ZmqRawEventKind.BindFailed,
        LibzmqConstants.EventClosed => ZmqRawEventKind.Closed,
        LibzmqConstants.EventDisconnected => ZmqRawEventKind.Disconnected,
        LibzmqConstants.EventHandshakeFailedNoDetail or LibzmqConstants.EventHandshakeFailedProtocol or LibzmqConstants.EventHandshakeFailedAuth => ZmqRawEventKind.HandshakeFailed,
        _ => ZmqRawEventKind.Other,
    };

    private void SetOptions()
    {
        Set(LibzmqConstants.SendHighWaterMark, _options.SendHighWaterMark);
        Set(LibzmqConstants.ReceiveHighWaterMark, _options.ReceiveHighWaterMark);
        Set(LibzmqConstants.Linger, 0);
        Set(LibzmqConstants.ReconnectInterval, (int)_options.ReconnectInterval.TotalMilliseconds);
        Set(LibzmqConstants.ReconnectIntervalMax, (int)_options.ReconnectIntervalMax.TotalMilliseconds);
        var frameLimit = _options.FrameLimit;
        Set(LibzmqConstants.MaxMessageSize, &frameLimit, sizeof(long));
        Set(LibzmqConstants.Immediate, _options.Immediate ? 1 : 0);
        Set(LibzmqConstants.TcpKeepAlive, 1);
        if (_options.TcpKeepAliveIdle > TimeSpan.Zero)
        {
            Set(LibzmqConstants.TcpKeepAliveIdle, (int)Math.Max(1, _options.TcpKeepAliveIdle.TotalSeconds));
        }

        if (_type is ZmqSocketType.Router)
        {
            // Otherwise messages to a peer that is gone vanish without a trace.
            Set(LibzmqConstants.RouterMandatory, 1);
        }

        if (!_options.Identity.IsEmpty)
        {
            fixed (byte* identity = _options.Identity.Span)
            {
                Set(LibzmqConstants.RoutingId, identity, _options.Identity.Length);
            }
        }
    }

    private void OpenMonitor()
    {
        var name = LibzmqDriver.NextName("monitor");
        if (LibzmqNative.SocketMonitor(_socket, name, WatchedEvents) < 0)
        {
            throw LibzmqErrors.Last("monitor a socket");
        }

        _monitor = _driver.OpenPair();
        if (LibzmqNative.Connect(_monitor, name) < 0)
        {
            throw LibzmqErrors.Last("monitor a socket");
        }
    }

    private void AllowIpv6(string endpoint)
    {
        if (endpoint.Contains('['))
        {
            Set(LibzmqConstants.Ipv6, 1);
        }
    }

    private void Set(int option, int value) => Set(option, &value, sizeof(int));

    private void Set(int option, void* value, int length)
    {
        if (LibzmqNative.SetOption(_socket, option, value, (nuint)length) < 0)
        {
            throw LibzmqErrors.Last($"set option {option} of a {_type} socket");
        }
    }
}
