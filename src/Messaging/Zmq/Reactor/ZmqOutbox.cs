namespace DynamoAspire.Messaging.Zmq.Reactor;

/// <summary>Messages on their way from any number of senders to the reactor, bounded.</summary>
internal sealed class ZmqOutbox
{
    private readonly Lock _gate = new();
    private readonly int _capacity;
    private ZmqMessage[] _ring = new ZmqMessage[16];
    private int _head;
    private int _count;
    private bool _closed;
    private TaskCompletionSource? _room;

    public ZmqOutbox(int capacity) => _capacity = Math.Max(1, capacity);

    public bool IsEmpty => Volatile.Read(ref _count) == 0;

    /// <summary>Cheap look before a message is copied for nothing.</summary>
    public ZmqSendStatus Probe() => Volatile.Read(ref _closed) ? ZmqSendStatus.Closed : Volatile.Read(ref _count) >= _capacity ? ZmqSendStatus.Full : ZmqSendStatus.Ok;

    public ZmqSendStatus TryPost(ZmqMessage message)
    {
        lock (_gate)
        {
            if (_closed)
            {
                return ZmqSendStatus.Closed;
            }

            if (_count >= _capacity)
            {
                return ZmqSendStatus.Full;
            }

            Enqueue(message);
            return ZmqSendStatus.Ok;
        }
    }

    /// <summary>A task that ends when there may be room; null when there is already, or the outbox is closed.</summary>
    public Task? WaitForRoom()
    {
        lock (_gate)
        {
            if (_closed || _count < _capacity)
            {
                return null;
            }

            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _room.Task;
        }
    }

    /// <summary>Reactor only: takes as many as there are, up to the length of <paramref name="batch"/>.</summary>
    public int Take(Span<ZmqMessage> batch)
    {
        TaskCompletionSource? room;
        int taken;
        lock (_gate)
        {
            taken = Math.Min(batch.Length, _count);
            for (var i = 0; i < taken; i++)
            {
                batch[i] = _ring[_head];
                _ring[_head] = null!;
                _head = (_head + 1) & (_ring.Length - 1);
            }

            Volatile.Write(ref _count, _count - taken);
            room = taken > 0 ? _room : null;
            if (room is not null)
            {
                _room = null;
            }
        }

        room?.TrySetResult();
        return taken;
    }

    /// <summary>Refuses further messages; those queued stay until <see cref="Take"/> or <see cref="Drop"/>.</summary>
    public void Close()
    {
        TaskCompletionSource? room;
        lock (_gate)
        {
            _closed = true;
            room = _room;
            _room = null;
        }

        room?.TrySetResult();
    }

    /// <summary>Drops what is queued.</summary>
    public int Drop()
    {
        lock (_gate)
        {
            var dropped = _count;
            for (; _count > 0; _count--)
            {
                _ring[_head].Dispose();
                _ring[_head] = null!;
                _head = (_head + 1) & (_ring.Length - 1);
            }

            return dropped;
        }
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
}
