using System.Threading.Channels;
using System.Threading.Tasks.Sources;

namespace DynamoAspire.Messaging.Zmq.Reactor;

/// <summary>
/// Received messages between the reactor and one reader. Bounded by the reactor, which stops reading the socket when <see cref="IsFull"/>.
/// A receive that has to wait allocates nothing: the inbox itself is its value task source.
/// </summary>
internal sealed class ZmqInbox : IValueTaskSource<ZmqMessage>
{
    private readonly Lock _gate = new();
    private readonly int _capacity;
    private readonly Action _roomAgain;
    private ZmqMessage[] _ring = new ZmqMessage[16];
    private int _head;
    private int _count;
    private bool _paused;
    private bool _waiting;
    private Exception? _closed;
    private CancellationTokenRegistration _registration;
    private ManualResetValueTaskSourceCore<ZmqMessage> _receive = new() { RunContinuationsAsynchronously = true };

    /// <param name="capacity">Most messages kept.</param>
    /// <param name="roomAgain">Called by the reader when a full inbox is half empty again.</param>
    public ZmqInbox(int capacity, Action roomAgain)
    {
        _capacity = Math.Max(1, capacity);
        _roomAgain = roomAgain;
    }

    public int Count => Volatile.Read(ref _count);

    /// <summary>True when no more may be posted. From then on the reader says when there is room again.</summary>
    public bool IsFull
    {
        get
        {
            if (Volatile.Read(ref _count) < _capacity && !Volatile.Read(ref _paused))
            {
                return false;
            }

            lock (_gate)
            {
                // Reading starts again at half the bound only, so that a slow reader does not wake the reactor for each message.
                _paused = _paused ? _count > _capacity / 2 : _count >= _capacity;
                return _paused;
            }
        }
    }

    /// <summary>Reactor only. False when the inbox is closed: the caller keeps the message.</summary>
    public bool Post(ZmqMessage message)
    {
        lock (_gate)
        {
            if (_closed is not null)
            {
                return false;
            }

            if (!_waiting)
            {
                Enqueue(message);
                return true;
            }

            _waiting = false;
        }

        // Outside the lock: completing queues the reader's continuation.
        _receive.SetResult(message);
        return true;
    }

    public bool TryReceive(out ZmqMessage? message)
    {
        bool roomAgain;
        lock (_gate)
        {
            message = Dequeue(out roomAgain);
        }

        if (roomAgain)
        {
            _roomAgain();
        }

        return message is not null;
    }

    public ValueTask<ZmqMessage> ReceiveAsync(CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<ZmqMessage>(cancellationToken);
        }

        ZmqMessage? message;
        bool roomAgain;
        lock (_gate)
        {
            message = Dequeue(out roomAgain);
            if (message is null)
            {
                if (_closed is not null)
                {
                    return ValueTask.FromException<ZmqMessage>(Closed(_closed));
                }

                if (_waiting)
                {
                    throw new InvalidOperationException("Another receive of this socket is still waiting; one at a time.");
                }

                _receive.Reset();
                _waiting = true;
            }
        }

        if (message is not null)
        {
            if (roomAgain)
            {
                _roomAgain();
            }

            return ValueTask.FromResult(message);
        }

        // The awaiter cannot run before this method returns, so nobody else reads the field meanwhile.
        _registration = cancellationToken.UnsafeRegister(static (state, token) => ((ZmqInbox)state!).Cancel(token), this);
        return new ValueTask<ZmqMessage>(this, _receive.Version);
    }

    /// <summary>Ends the waiting receive, drops what is queued and refuses the rest.</summary>
    public void Close(Exception reason)
    {
        bool wasWaiting;
        lock (_gate)
        {
            if (_closed is not null)
            {
                return;
            }

            _closed = reason;
            wasWaiting = _waiting;
            _waiting = false;
            while (Dequeue(out _) is { } message)
            {
                message.Dispose();
            }
        }

        if (wasWaiting)
        {
            _receive.SetException(Closed(reason));
        }
    }

    ZmqMessage IValueTaskSource<ZmqMessage>.GetResult(short token)
    {
        // Waits for a cancellation callback that runs right now, so that it cannot hit the next receive.
        _registration.Dispose();
        return _receive.GetResult(token);
    }

    ValueTaskSourceStatus IValueTaskSource<ZmqMessage>.GetStatus(short token) => _receive.GetStatus(token);

    void IValueTaskSource<ZmqMessage>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _receive.OnCompleted(continuation, state, token, flags);

    private static ChannelClosedException Closed(Exception reason) => new(reason.Message, reason);

    private void Cancel(CancellationToken token)
    {
        lock (_gate)
        {
            if (!_waiting)
            {
                return;
            }

            _waiting = false;
        }

        _receive.SetException(new OperationCanceledException(token));
    }

    private void Enqueue(ZmqMessage message)
    {
        if (_count == _ring.Length)
        {
            var larger = new ZmqMessage[_ring.Length * 2];
            Array.Copy(_ring, _head, larger, 0, _ring.Length - _head);
            Array.Copy(_ring, 0, larger, _ring.Length - _head, _head);
            _ring = larger;
            _head = 0;
        }

        _ring[(_head + _count) & (_ring.Length - 1)] = message;
        Volatile.Write(ref _count, _count + 1);
    }

    private ZmqMessage? Dequeue(out bool roomAgain)
    {
        roomAgain = false;
        if (_count == 0)
        {
            return null;
        }

        var message = _ring[_head];
        _ring[_head] = null!;
        _head = (_head + 1) & (_ring.Length - 1);
        Volatile.Write(ref _count, _count - 1);
        if (_paused && _count == _capacity / 2)
        {
            roomAgain = true;
        }

        return message;
    }
}
