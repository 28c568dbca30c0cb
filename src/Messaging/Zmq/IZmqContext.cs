namespace DynamoAspire.Messaging.Zmq;

/// <summary>
/// Owner of sockets and of the one thread that touches them. Sockets of either library are not thread-safe, so every operation is
/// carried out on that thread; callers only exchange messages with it through bounded queues and never block a thread of the pool.
/// </summary>
public interface IZmqContext : IAsyncDisposable
{
    /// <summary>Name of the adapter, <c>libzmq</c> or <c>NetMQ</c>.</summary>
    string Adapter { get; }

    /// <summary>Makes a socket.</summary>
    IZmqSocket CreateSocket(ZmqSocketType type, ZmqSocketOptions? options = null);
}
