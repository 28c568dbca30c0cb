namespace DynamoAspire.Messaging.Zmq.Reactor;

/// <summary>Messages of a context that wait to be used again; at most <see cref="Capacity"/>, the rest goes to the garbage collector.</summary>
internal sealed class ZmqMessagePool
{
    // Two full queues of the default bounds; with the buffers that messages keep at most 32 MiB.
    private const int Capacity = 8_192;
    private readonly Lock _gate = new();
    private readonly ZmqMessage[] _free = new ZmqMessage[Capacity];
    private int _count;

    public ZmqMessage Rent()
    {
        ZmqMessage? message = null;
        lock (_gate)
        {
            if (_count > 0)
            {
                message = _free[--_count];
            }
        }

        if (message is null)
        {
            return new ZmqMessage(this);
        }

        message.Revive();
        return message;
    }

    public bool TryReturn(ZmqMessage message)
    {
        lock (_gate)
        {
            if (_count == Capacity)
            {
                return false;
            }

            _free[_count++] = message;
            return true;
        }
    }
}
