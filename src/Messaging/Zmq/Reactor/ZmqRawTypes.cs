namespace DynamoAspire.Messaging.Zmq.Reactor;

/// <summary>Outcome of a read.</summary>
internal enum ZmqReadResult
{
    /// <summary>Nothing waits.</summary>
    None,

    /// <summary>A message was read.</summary>
    Message,

    /// <summary>A message was read and thrown away: it was over a bound.</summary>
    Oversized,
}

/// <summary>Outcome of a write.</summary>
internal enum ZmqWriteResult
{
    /// <summary>Handed over.</summary>
    Sent,

    /// <summary>No room now: try again when the socket is writable.</summary>
    Again,

    /// <summary>It cannot be delivered (a ROUTER's peer is gone, or does not read): given up.</summary>
    Undeliverable,
}

/// <summary>What a library's monitor tells.</summary>
internal enum ZmqRawEventKind
{
    /// <summary>Of no interest.</summary>
    Other,

    /// <summary>The byte stream is there, the handshake is not.</summary>
    TransportConnected,

    /// <summary>Connected and, where told, the handshake is done.</summary>
    Connected,

    /// <summary>Waiting for an asynchronous connect.</summary>
    ConnectDelayed,

    /// <summary>Another attempt was scheduled.</summary>
    ConnectRetried,

    /// <summary>Listening.</summary>
    Listening,

    /// <summary>Bind failed.</summary>
    BindFailed,

    /// <summary>A peer came.</summary>
    Accepted,

    /// <summary>A listening or connecting transport was closed.</summary>
    Closed,

    /// <summary>A connection ended.</summary>
    Disconnected,

    /// <summary>The handshake failed.</summary>
    HandshakeFailed,
}

/// <summary>One monitor event.</summary>
internal readonly record struct ZmqRawEvent(ZmqRawEventKind Kind, string Endpoint);
