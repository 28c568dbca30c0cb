namespace DynamoAspire.Messaging.Zmq;

/// <summary>Kinds of socket that are used here.</summary>
public enum ZmqSocketType
{
    /// <summary>Publisher: drops for a subscriber beyond its high-water mark.</summary>
    Pub,

    /// <summary>Subscriber.</summary>
    Sub,

    /// <summary>Asynchronous request client.</summary>
    Dealer,

    /// <summary>Asynchronous server; the first frame is the peer's identity.</summary>
    Router,

    /// <summary>Sender of a pipeline.</summary>
    Push,

    /// <summary>Receiver of a pipeline.</summary>
    Pull,
}

/// <summary>Outcome of a send that does not wait.</summary>
public enum ZmqSendStatus
{
    /// <summary>Queued.</summary>
    Ok = 0,

    /// <summary>The outgoing queue is full.</summary>
    Full,

    /// <summary>The socket was disposed.</summary>
    Closed,
}

/// <summary>Kind of a connection event.</summary>
public enum ZmqEventKind
{
    /// <summary>A connection was made (handshake done where the adapter tells).</summary>
    Connected,

    /// <summary>A connection was lost.</summary>
    Disconnected,

    /// <summary>A connection could not be made and will be tried again.</summary>
    ConnectRetried,

    /// <summary>The socket listens.</summary>
    Listening,

    /// <summary>A bound socket accepted a peer.</summary>
    Accepted,

    /// <summary>A bind failed.</summary>
    BindFailed,

    /// <summary>A peer spoke something else than ZMTP. libzmq only: NetMQ raises no such event.</summary>
    HandshakeFailed,
}

/// <summary>One connection event.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Endpoint">To which endpoint.</param>
public readonly record struct ZmqEvent(ZmqEventKind Kind, string Endpoint);

/// <summary>What a socket has done so far.</summary>
public readonly record struct ZmqCounters
{
    /// <summary>Messages handed to the library.</summary>
    public long Sent { get; init; }

    /// <summary>Messages received.</summary>
    public long Received { get; init; }

    /// <summary>Sends refused because the queue was full.</summary>
    public long SendDropped { get; init; }

    /// <summary>Messages refused because a frame, or their sum, was larger than <see cref="ZmqSocketOptions.MaxMessageBytes"/>, or had too many frames.</summary>
    public long Oversized { get; init; }

    /// <summary>Messages given up after they were queued: a ROUTER's peer was gone or did not read, or closing did not wait for them.</summary>
    public long Undeliverable { get; init; }

    /// <summary>Connections lost.</summary>
    public long Disconnects { get; init; }

    /// <summary>Bytes received.</summary>
    public long BytesReceived { get; init; }

    /// <summary>Bytes sent.</summary>
    public long BytesSent { get; init; }
}

/// <summary>What went wrong with ZeroMQ.</summary>
public enum ZmqError
{
    /// <summary>Anything not listed.</summary>
    Unknown = 0,

    /// <summary>The address is taken.</summary>
    AddressInUse,

    /// <summary>The endpoint is not valid.</summary>
    InvalidEndpoint,

    /// <summary>The adapter does not support this (NetMQ and <c>ipc://</c>).</summary>
    NotSupported,

    /// <summary>The native library is missing; the message names the package.</summary>
    LibraryMissing,

    /// <summary>The socket or context was disposed.</summary>
    Closed,
}

/// <summary>The one exception family of the ZeroMQ side.</summary>
public sealed class ZmqException : Exception
{
    /// <summary>Makes one.</summary>
    public ZmqException(ZmqError error, string message, Exception? inner = null)
        : base(message, inner) => Error = error;

    /// <summary>What went wrong.</summary>
    public ZmqError Error { get; }
}
