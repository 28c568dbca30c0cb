using System.Globalization;
using DynamoAspire.Messaging.Zmq.Reactor;
using NetMQ;
using NetMQ.Sockets;

namespace DynamoAspire.Messaging.Zmq.NetMq;

/// <summary>The managed implementation. NetMQ's own poller raises events per socket; its selector fits a loop that owns all of them.</summary>
internal sealed class NetMqDriver : ZmqDriver
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(2);
    private static int s_lastName;

    private readonly Lock _signalGate = new();
    private readonly NetMQSelector _selector = new();
    private readonly List<NetMqMonitor> _dying = [];
    private long _patienceEnds;
    private NetMQSelector.Item[] _items = new NetMQSelector.Item[16];
    private PairSocket? _signalIn;
    private PairSocket? _signalOut;
    private NetMQSelector.Item? _signalItem;
    private bool _acquired;

    public override string Adapter => ZmqContexts.NetMq;

    /// <summary>A name for an in-process endpoint, unique in the process.</summary>
    public static string NextName(string kind) => string.Create(CultureInfo.InvariantCulture, $"inproc://dynamo-aspire-netmq-{kind}-{Interlocked.Increment(ref s_lastName)}");

    public override void Start()
    {
        NetMqLibrary.Acquire();
        _acquired = true;
        var name = NextName("signal");
        _signalIn = new PairSocket();
        _signalIn.Bind(name);
        _signalOut = new PairSocket();
        _signalOut.Connect(name);
        _signalItem = new NetMQSelector.Item(_signalIn, PollEvents.PollIn);
    }

    public override ZmqDriverSocket CreateSocket(ZmqSocketType type, ZmqSocketOptions options) => new NetMqSocket(this, type, options);

    /// <summary>Takes over the monitor of a socket that was disposed, until the library has closed the socket for good.</summary>
    public void Bury(NetMqMonitor monitor, TimeSpan linger)
    {
        _dying.Add(monitor);
        _patienceEnds = Math.Max(_patienceEnds, ZmqReactor.Now + (long)(linger + s_patience).TotalMilliseconds);
    }

    public override bool Poll(IReadOnlyList<ZmqReactorSocket> sockets, int milliseconds)
    {
        DismissDead();
        var needed = 1 + (2 * sockets.Count) + _dying.Count;
        if (_items.Length < needed)
        {
            Array.Resize(ref _items, needed * 2);
        }

        _items[0] = _signalItem!;
        var count = 1;
        for (var i = 0; i < sockets.Count; i++)
        {
            if (sockets[i].Native is NetMqSocket socket)
            {
                count = socket.AddTo(_items, count);
                milliseconds = socket.HasPendingEvents ? 0 : milliseconds;
            }
        }

        foreach (var monitor in _dying)
        {
            _items[count++] = monitor.Item;
        }

        _selector.Select(_items, count, milliseconds);
        for (var i = 0; i < sockets.Count; i++)
        {
            (sockets[i].Native as NetMqSocket)?.ReadResults();
        }

        Array.Clear(_items, 0, count);
        if (!_signalItem!.ResultEvent.HasFlag(PollEvents.PollIn))
        {
            return false;
        }

        var message = default(Msg);
        message.InitEmpty();
        while (_signalIn!.TryReceive(ref message, TimeSpan.Zero))
        {
            // One signal or many: the reactor looks at everything anyway.
        }

        message.Close();
        return true;
    }

    public override void Signal()
    {
        // A socket may change threads over a full fence, which the lock is.
        lock (_signalGate)
        {
            if (_signalOut is not null)
            {
                var message = default(Msg);
                message.InitEmpty();
                _signalOut.TrySend(ref message, TimeSpan.Zero, more: false);
                message.Close();
            }
        }
    }

    public override void Terminate()
    {
        lock (_signalGate)
        {
            _signalOut?.Dispose();
            _signalOut = null;
        }

        _signalIn?.Dispose();
        while (_dying.Count > 0 && ZmqReactor.Now < _patienceEnds)
        {
            DismissDead();
            if (_dying.Count > 0)
            {
                _selector.Select([.. _dying.Select(m => m.Item)], _dying.Count, 10);
            }
        }

        if (_acquired)
        {
            _acquired = false;
            NetMqLibrary.Release(allClosed: _dying.Count == 0);
        }
    }

    private void DismissDead()
    {
        for (var i = _dying.Count - 1; i >= 0; i--)
        {
            if (_dying[i].IsOver)
            {
                _dying[i].Dispose();
                _dying.RemoveAt(i);
            }
        }
    }
}
