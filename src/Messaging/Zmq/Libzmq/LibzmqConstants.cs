namespace DynamoAspire.Messaging.Zmq.Libzmq;

/// <summary>Numbers of zmq.h.</summary>
internal static class LibzmqConstants
{
    public const int Pair = 0;
    public const int Pub = 1;
    public const int Sub = 2;
    public const int Dealer = 5;
    public const int Router = 6;
    public const int Pull = 7;
    public const int Push = 8;

    public const int ContextMaxSockets = 2;
    public const int ContextSocketLimit = 3;

    public const int RoutingId = 5;
    public const int Subscribe = 6;
    public const int Linger = 17;
    public const int ReconnectInterval = 18;
    public const int ReconnectIntervalMax = 21;
    public const int MaxMessageSize = 22;
    public const int SendHighWaterMark = 23;
    public const int ReceiveHighWaterMark = 24;
    public const int LastEndpoint = 32;
    public const int RouterMandatory = 33;
    public const int TcpKeepAlive = 34;
    public const int TcpKeepAliveIdle = 36;
    public const int Immediate = 39;
    public const int Ipv6 = 42;

    public const int DontWait = 1;
    public const int SendMore = 2;

    public const short PollIn = 1;
    public const short PollOut = 2;

    public const int EventConnected = 0x0001;
    public const int EventConnectDelayed = 0x0002;
    public const int EventConnectRetried = 0x0004;
    public const int EventListening = 0x0008;
    public const int EventBindFailed = 0x0010;
    public const int EventAccepted = 0x0020;
    public const int EventClosed = 0x0080;
    public const int EventDisconnected = 0x0200;
    public const int EventHandshakeFailedNoDetail = 0x0800;
    public const int EventHandshakeSucceeded = 0x1000;
    public const int EventHandshakeFailedProtocol = 0x2000;
    public const int EventHandshakeFailedAuth = 0x4000;
}
