using DynamoAspire.Messaging.Zmq.Reactor;
using NetMQ;
using NetMQ.Monitoring;

namespace DynamoAspire.Messaging.Zmq.NetMq;

/// <summary>
/// Reads a socket's events on the reactor's thread. NetMQ's monitor wants a poller; this one only takes the monitor's socket from it.
/// Listening and failing to are told by the caller: NetMQ would report them from the caller's thread while its I/O thread reports other
/// events over the same unguarded socket, and now and then that corrupts it.
/// </summary>
internal sealed class NetMqMonitor : INetMQPoller
{
    private const SocketEvents WatchedEvents =
        SocketEvents.Connected | SocketEvents.ConnectDelayed | SocketEvents.ConnectRetried | SocketEvents.Accepted | SocketEvents.Closed | SocketEvents.Disconnected;

    private readonly NetMQMonitor _monitor;
    private readonly Queue<ZmqRawEvent> _events = new();

    public NetMqMonitor(NetMQSocket watched)
    {
        _monitor = new NetMQMonitor(watched, NetMqDriver.NextName("monitor"), WatchedEvents);
        _monitor.EventReceived += (_, e) => _events.Enqueue(new ZmqRawEvent(Kind(e.SocketEvent), e.Address));
        _monitor.AttachToPoller(this);
        Item = new NetMQSelector.Item(Socket!, PollEvents.PollIn);
    }

    /// <summary>What to select on.</summary>
    public NetMQSelector.Item Item { get; }

    public bool IsRunning => true;

    /// <summary>Events wait that no poll would tell of.</summary>
    public bool HasPending => _events.Count > 0;

    /// <summary>
    /// Whether the watched socket is gone for good, with all its connections: then the library has closed its end of the monitor.
    /// Only valid once the watched socket was disposed.
    /// </summary>
    public bool IsOver
    {
        get
        {
            while (TryRead(out _))
            {
                // The pipe ends behind the last event.
            }

            return Socket is not { IsDisposed: false, HasOut: true };
        }
    }

    private NetMQSocket? Socket { get; set; }

    public bool TryRead(out ZmqRawEvent rawEvent)
    {
        while (_events.Count == 0)
        {
            if (Socket is not { IsDisposed: false, HasIn: true } socket || !socket.Poll(TimeSpan.Zero))
            {
                rawEvent = default;
                return false;
            }
        }

        rawEvent = _events.Dequeue();
        return true;
    }

    public void Tell(ZmqRawEventKind kind, string endpoint) => _events.Enqueue(new ZmqRawEvent(kind, endpoint));

    public void Add(ISocketPollable socket) => Socket = socket.Socket;

    public void Remove(ISocketPollable socket) => Socket = null;

    public void RemoveAndDispose<T>(T socket)
        where T : ISocketPollable, IDisposable
    {
        // The monitor disconnects the socket after this call, so it is closed in Dispose.
    }

    public void Run() => throw new NotSupportedException();

    public void RunAsync() => throw new NotSupportedException();

    public void Stop() => throw new NotSupportedException();

    public void StopAsync() => throw new NotSupportedException();

    public void Dispose()
    {
        _monitor.Dispose();
        Socket?.Dispose();
        Socket = null;
    }

    private static ZmqRawEventKind Kind(SocketEvents socketEvent) => socketEvent switch
    {
        SocketEvents.Connected => ZmqRawEventKind.Connected,
        SocketEvents.ConnectDelayed => ZmqRawEventKind.ConnectDelayed,
        SocketEvents.ConnectRetried => ZmqRawEventKind.ConnectRetried,
        SocketEvents.Accepted => ZmqRawEventKind.Accepted,
        SocketEvents.Closed => ZmqRawEventKind.Closed,
        SocketEvents.Disconnected => ZmqRawEventKind.Disconnected,
        _ => ZmqRawEventKind.Other,
    };
}
