namespace DynamoAspire.Messaging.Zmq.Reactor;

/// <summary>The half that runs on the reactor's thread.</summary>
internal sealed partial class ZmqReactorSocket
{
    // How much one socket may do before the others have their turn.
    private const int Burst = 256;

    // How long closing waits to be told that a listener is gone.
    private const long UnbindMilliseconds = 1_000;

    private readonly List<string> _bound = [];
    private readonly List<ZmqConnection> _connections = [];
    private readonly ZmqMessage[] _batch = new ZmqMessage[64];
    private int _batchNext;
    private int _batchEnd;
    private ZmqClosing _closing;
    private long _deadline;
    private long _unbindDeadline;
    private Exception? _fault;
    private ZmqMessage? _spare;

    /// <summary>True when nothing is left of it.</summary>
    public bool IsClosed => _closing is ZmqClosing.Closed;

    private bool HasUnsent => _batchNext < _batchEnd || !_outbox.IsEmpty;

    public void Open(ZmqDriver driver)
    {
        try
        {
            Native = driver.CreateSocket(Type, _options);
        }
        catch (Exception e)
        {
            _fault = e;
            _outbox.Close();
            _inbox.Close(e);
        }
    }

    /// <summary>Hands messages over until there are none, no room, or the turn is over.</summary>
    public void Flush()
    {
        // Before anything is taken: what is posted from now on schedules again.
        Interlocked.Exchange(ref _scheduled, 0);
        if (Volatile.Read(ref _disposing) != 0)
        {
            BeginClose();
        }

        if (Native is null || !CanSend)
        {
            return;
        }

        for (var i = 0; i < Burst; i++)
        {
            if (_batchNext == _batchEnd)
            {
                _batchNext = 0;
                _batchEnd = _outbox.Take(_batch);
                if (_batchEnd == 0)
                {
                    Native.WantsWrite = false;
                    return;
                }
            }

            var message = _batch[_batchNext];
            var result = Native.TrySend(message);
            if (result is ZmqWriteResult.Again)
            {
                break;
            }

            if (result is ZmqWriteResult.Sent)
            {
                Volatile.Write(ref _sent, _sent + 1);
                Volatile.Write(ref _bytesSent, _bytesSent + message.Length);
            }
            else
            {
                Volatile.Write(ref _undeliverable, _undeliverable + 1);
            }

            _batch[_batchNext++] = null!;
            message.Dispose();
        }

        // Either there is no room, or others come first; a writable socket wakes the poll at once.
        Native.WantsWrite = true;
    }

    public void PrepareToPoll()
    {
        if (Native is not null)
        {
            Native.WantsRead = CanReceive && _closing is ZmqClosing.Open && !_inbox.IsFull;
        }
    }

    public void HandlePoll()
    {
        if (Native is null)
        {
            return;
        }

        if (Native.HasEvents)
        {
            ReadEvents(Native);
        }

        if (Native.IsReadable && _closing is ZmqClosing.Open)
        {
            Receive(Native);
        }

        if (Native.IsWritable)
        {
            Flush();
        }
    }

    /// <summary>Does what is due and returns the milliseconds until the next is, or -1.</summary>
    public long RunTimers(long now) => _closing is ZmqClosing.Open ? ReviveConnections(now) : Close(now);

    public void BeginClose()
    {
        if (_closing is not ZmqClosing.Open)
        {
            return;
        }

        Interlocked.Exchange(ref _disposing, 1);
        _outbox.Close();
        _inbox.Close(_fault ?? Closed());
        _closing = ZmqClosing.Flushing;
        _deadline = ZmqReactor.Now + (long)Math.Ceiling(_options.Linger.TotalMilliseconds);
    }

    /// <summary>Closes without waiting. The reactor's thread, or any thread once that has ended.</summary>
    public void Abort(Exception reason)
    {
        Interlocked.Exchange(ref _disposing, 1);
        _outbox.Close();
        _inbox.Close(reason);
        Finish(TimeSpan.Zero);
    }

    private void Receive(ZmqDriverSocket native)
    {
        for (var i = 0; i < Burst && !_inbox.IsFull; i++)
        {
            var message = _spare ?? _reactor.Pool.Rent();
            _spare = null;
            switch (native.TryReceive(message))
            {
                case ZmqReadResult.None:
                    _spare = message;
                    return;

                case ZmqReadResult.Oversized:
                    Volatile.Write(ref _oversized, _oversized + 1);
                    message.Clear();
                    _spare = message;
                    break;

                default:
                    Volatile.Write(ref _received, _received + 1);
                    Volatile.Write(ref _bytesReceived, _bytesReceived + message.Length);
                    if (!_inbox.Post(message))
                    {
                        message.Dispose();
                        return;
                    }

                    break;
            }
        }
    }

    private string BindNow(ZmqDriverSocket native, string endpoint)
    {
        var resolved = native.Bind(endpoint);
        _bound.Add(resolved);
        return resolved;
    }

    private string ConnectNow(ZmqDriverSocket native, string endpoint)
    {
        native.Connect(endpoint);
        _connections.Add(new ZmqConnection(endpoint));
        return endpoint;
    }

    private string DisconnectNow(ZmqDriverSocket native, string endpoint)
    {
        _connections.RemoveAll(c => c.Endpoint == endpoint);
        return native.Disconnect(endpoint)
            ? endpoint
            : throw new ZmqException(ZmqError.InvalidEndpoint, $"{endpoint} is not connected.");
    }

    private long Close(long now)
    {
        if (_closing is ZmqClosing.Flushing)
        {
            if (Native is not null && HasUnsent && now < _deadline)
            {
                if (!Native.WantsWrite)
                {
                    Flush();
                }

                if (HasUnsent)
                {
                    return _deadline - now;
                }
            }

            BeginUnbind(now);
        }

        if (_closing is ZmqClosing.Unbinding)
        {
            if (_bound.Count > 0 && now < _unbindDeadline)
            {
                return _unbindDeadline - now;
            }

            Finish(TimeSpan.FromMilliseconds(Math.Max(0, _deadline - now)));
        }

        return -1;
    }

    /// <summary>The library closes listeners on its own thread; only its event tells when the port is free again, and who disposes may bind it at once.</summary>
    private void BeginUnbind(long now)
    {
        _closing = ZmqClosing.Unbinding;
        _unbindDeadline = now + UnbindMilliseconds;
        _bound.RemoveAll(e => e.StartsWith("inproc:", StringComparison.Ordinal));
        foreach (var endpoint in _bound)
        {
            Native?.Unbind(endpoint);
        }
    }

    private void Finish(TimeSpan linger)
    {
        _closing = ZmqClosing.Closed;
        for (; _batchNext < _batchEnd; _batchNext++)
        {
            _batch[_batchNext].Dispose();
            Interlocked.Increment(ref _undeliverable);
        }

        Interlocked.Add(ref _undeliverable, _outbox.Drop());
        _spare?.Dispose();
        _spare = null;
        Native?.Close(linger);
        Native = null;
        _events.Writer.TryComplete();
        _closed.TrySetResult();
    }
}
