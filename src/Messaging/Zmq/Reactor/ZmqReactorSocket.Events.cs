namespace DynamoAspire.Messaging.Zmq.Reactor;

/// <summary>Connection events, and what follows from them.</summary>
internal sealed partial class ZmqReactorSocket
{
    // A library that means to try again says so at once, from the same thread that reported the loss.
    private const long SilenceMilliseconds = 1_000;

    private void ReadEvents(ZmqDriverSocket native)
    {
        while (native.TryReadEvent(out var raw))
        {
            Track(raw);
            if (_options.Monitor && Translate(raw) is { } kind)
            {
                _events.Writer.TryWrite(new ZmqEvent(kind, raw.Endpoint));
            }
        }
    }

    private ZmqEventKind? Translate(ZmqRawEvent raw) => raw.Kind switch
    {
        ZmqRawEventKind.Connected => _bound.Contains(raw.Endpoint) ? ZmqEventKind.Accepted : ZmqEventKind.Connected,
        ZmqRawEventKind.ConnectRetried => ZmqEventKind.ConnectRetried,
        ZmqRawEventKind.Listening => ZmqEventKind.Listening,
        ZmqRawEventKind.BindFailed => ZmqEventKind.BindFailed,
        ZmqRawEventKind.Accepted => ZmqEventKind.Accepted,
        ZmqRawEventKind.Disconnected => ZmqEventKind.Disconnected,
        ZmqRawEventKind.HandshakeFailed => ZmqEventKind.HandshakeFailed,
        _ => null,
    };

    private void Track(ZmqRawEvent raw)
    {
        switch (raw.Kind)
        {
            case ZmqRawEventKind.Closed when _closing is ZmqClosing.Unbinding:
                _bound.Remove(raw.Endpoint);
                break;

            case ZmqRawEventKind.Disconnected:
                Volatile.Write(ref _disconnects, _disconnects + 1);
                Find(raw.Endpoint)?.Lost(ZmqReactor.Now + SilenceMilliseconds);
                break;

            case ZmqRawEventKind.Connected or ZmqRawEventKind.TransportConnected or ZmqRawEventKind.ConnectDelayed or ZmqRawEventKind.ConnectRetried:
                Find(raw.Endpoint)?.Alive();
                break;
        }
    }

    /// <summary>Events carry the address as the library resolved it: a lone connection needs no name, several are told apart by text, then by port.</summary>
    private ZmqConnection? Find(string endpoint)
    {
        if (_connections.Count == 1)
        {
            return _connections[0];
        }

        var port = endpoint.AsSpan(endpoint.LastIndexOf(':') + 1);
        ZmqConnection? byPort = null;
        var samePort = 0;
        foreach (var connection in _connections)
        {
            if (connection.Endpoint == endpoint)
            {
                return connection;
            }

            if (connection.Endpoint.AsSpan(connection.Endpoint.LastIndexOf(':') + 1).SequenceEqual(port))
            {
                byPort = connection;
                samePort++;
            }
        }

        return samePort == 1 ? byPort : null;
    }

    /// <summary>
    /// libzmq gives a connection up for good after a protocol error (a message over its own limit, a peer that speaks something else).
    /// A silent end would look like an idle engine, so such a connection is made anew.
    /// </summary>
    private long ReviveConnections(long now)
    {
        var wait = -1L;
        foreach (var connection in _connections)
        {
            if (connection.ReviveAt is not { } due)
            {
                continue;
            }

            if (now < due)
            {
                wait = wait < 0 ? due - now : Math.Min(wait, due - now);
                continue;
            }

            connection.Alive();
            Native?.Disconnect(connection.Endpoint);
            try
            {
                Native?.Connect(connection.Endpoint);
                if (_options.Monitor)
                {
                    _events.Writer.TryWrite(new ZmqEvent(ZmqEventKind.ConnectRetried, connection.Endpoint));
                }
            }
            catch (ZmqException)
            {
                connection.Lost(now + SilenceMilliseconds);
                wait = SilenceMilliseconds;
            }
        }

        return wait;
    }
}
