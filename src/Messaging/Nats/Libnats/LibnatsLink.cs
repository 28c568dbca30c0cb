using System.Text;
using System.Threading.Tasks.Sources;
using DynamoAspire.Messaging.Nats.Core;

namespace DynamoAspire.Messaging.Nats.Libnats;

/// <summary>
/// One connection of the C library. Its calls may block (connect, a full socket, a flush), so a thread of its own makes all of them, one
/// after another; that also means that no handle is ever used by two threads or after it was freed.
/// </summary>
internal sealed partial class LibnatsLink : NatsLink, IValueTaskSource<int>, IValueTaskSource
{
    private readonly NatsServerAddress _server;
    private readonly NatsOptions _options;
    private readonly INatsLinkOwner _owner;
    private readonly SemaphoreSlim _ready = new(0);
    private readonly List<ListenerRegistration> _subscribed = [];
    private ManualResetValueTaskSourceCore<int> _done = new() { RunContinuationsAsynchronously = true };
    private Operation _operation;
    private OutgoingBatch? _batch;
    private int _start;
    private int _end;
    private ListenerRegistration? _registration;
    private TimeSpan _timeout;
    private bool _started;
    private bool _closed;
    private volatile bool _dropsToCount;

    public LibnatsLink(NatsServerAddress server, NatsOptions options, INatsLinkOwner owner)
    {
        _server = server;
        _options = options;
        _owner = owner;
        if (options.NKeySeed.Reveal() is { } seed)
        {
            NKeySeed = Encoding.ASCII.GetBytes(seed + "\0");
        }
    }

    private enum Operation
    {
        Connect,
        Send,
        Subscribe,
        Unsubscribe,
        Flush,
        Close,
    }

    public override int MaxPayload => _maxPayload;

    public override IReadOnlyList<string> Siblings => _siblings;

    /// <summary>NUL-terminated seed for signing.</summary>
    internal byte[]? NKeySeed { get; }

    public ValueTask<int> ConnectAsync()
    {
        _started = true;
        new Thread(Run) { IsBackground = true, Name = "nats " + _server.HostAndPort }.Start();
        return Start(Operation.Connect);
    }

    public override ValueTask<int> SendAsync(OutgoingBatch batch, int start, int end)
    {
        (_batch, _start, _end) = (batch, start, end);
        return Start(Operation.Send);
    }

    public override async ValueTask SubscribeAsync(ListenerRegistration registration)
    {
        _registration = registration;
        await Start(Operation.Subscribe).ConfigureAwait(false);
    }

    public override async ValueTask UnsubscribeAsync(ListenerRegistration registration)
    {
        _registration = registration;
        await Start(Operation.Unsubscribe).ConfigureAwait(false);
    }

    public override async ValueTask FlushAsync(TimeSpan timeout)
    {
        _timeout = timeout;
        await Start(Operation.Flush).ConfigureAwait(false);
    }

    public override async ValueTask DisposeAsync()
    {
        if (_closed || !_started)
        {
            return;
        }

        _closed = true;
        await Start(Operation.Close).ConfigureAwait(false);
        _ready.Dispose();
    }

    public void OnClosed(string? reason) => _owner.OnLinkClosed(this, $"The connection to {_server} was lost: {reason ?? "closed by the server"}");

    public void OnError(int status, string text)
    {
        if (status == LibnatsStatus.SlowConsumer)
        {
            _dropsToCount = true;
        }

        _owner.OnLinkError(text);
    }

    int IValueTaskSource<int>.GetResult(short token) => _done.GetResult(token);

    void IValueTaskSource.GetResult(short token) => _done.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<int>.GetStatus(short token) => _done.GetStatus(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _done.GetStatus(token);

    void IValueTaskSource<int>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) => _done.OnCompleted(continuation, state, token, flags);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) => _done.OnCompleted(continuation, state, token, flags);

    private ValueTask<int> Start(Operation operation)
    {
        _done.Reset();
        _operation = operation;
        var result = new ValueTask<int>(this, _done.Version);
        _ready.Release();
        return result;
    }

    private void Run()
    {
        while (true)
        {
            _ready.Wait();
            var operation = _operation;
            try
            {
                _done.SetResult(CarryOut(operation));
            }
            catch (Exception e)
            {
                // To whoever waits for this operation; the thread stays to be told to close.
                _done.SetException(e);
            }

            if (operation == Operation.Close)
            {
                return;
            }
        }
    }

    private int CarryOut(Operation operation)
    {
        switch (operation)
        {
            case Operation.Connect:
                Connect();
                return 0;
            case Operation.Send:
                if (_dropsToCount)
                {
                    _dropsToCount = false;
                    CountDrops();
                }

                return Send(_batch!, _start, _end);
            case Operation.Subscribe:
                Subscribe(_registration!);
                return 0;
            case Operation.Unsubscribe:
                Unsubscribe(_registration!);
                return 0;
            case Operation.Flush:
                Flush(_timeout);
                return 0;
            default:
                Close();
                return 0;
        }
    }
}
