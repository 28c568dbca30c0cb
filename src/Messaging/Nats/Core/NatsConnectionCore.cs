namespace DynamoAspire.Messaging.Nats.Core;

/// <summary>
/// A connection that outlives its links. One loop owns the current link: it connects, hands over what was published, carries out commands
/// in order, and starts again when the link is lost. Both adapters share all of this, so they behave alike.
/// </summary>
internal sealed partial class NatsConnectionCore : INatsConnection, INatsLinkOwner
{
    private const int DefaultMaxPayload = 1024 * 1024;

    private readonly NatsLinkFactory _factory;
    private readonly CancellationTokenSource _stop = new();
    private readonly AsyncSignal _wake = new();
    private readonly Lock _gate = new();
    private readonly Lock _stateGate = new();
    private readonly List<ListenerRegistration> _registrations = [];
    private readonly NatsServerPool _servers;
    private readonly TaskCompletionSource _firstAttempt = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _loop = Task.CompletedTask;
    private volatile int _state;
    private volatile bool _disposed;
    private volatile string? _lastError;
    private volatile string? _server;
    private int _maxPayload = DefaultMaxPayload;

    private NatsConnectionCore(NatsOptions options, NatsLinkFactory factory, NatsServerPool servers)
    {
        Options = options;
        _factory = factory;
        _servers = servers;
        _requests = new NatsRequests(this);
    }

    public event Action<NatsConnectionState>? StateChanged;

    public string Adapter => _factory.Name;

    public NatsOptions Options { get; }

    public NatsConnectionState State => (NatsConnectionState)_state;

    public string? Server => _server;

    public string? LastError => _lastError;

    public int MaxPayload => Volatile.Read(ref _maxPayload);

    /// <summary>Ends when the first attempt succeeded or failed.</summary>
    public Task FirstAttempt => _firstAttempt.Task;

    public static NatsConnectionCore Create(NatsOptions options, NatsLinkFactory factory)
    {
        NatsOptionsValidator.Validate(options);
        var servers = new NatsServerPool(NatsServerAddress.ParseList(options.Url));
        factory.Validate(options);
        return new NatsConnectionCore(options, factory, servers);
    }

    public void Start() => _loop = Task.Run(RunAsync);

    public async ValueTask WaitForConnectionAsync(CancellationToken cancellationToken = default)
    {
        Task connected;
        lock (_stateGate)
        {
            ThrowIfDisposed();
            connected = _connected.Task;
        }

        await connected.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask FlushAsync(CancellationToken cancellationToken = default)
    {
        var command = new LinkCommand(LinkCommandKind.Flush);
        Enqueue(command);
        await command.Done.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
        }

        // The loop drains what waits before it ends; cancelling only cuts short an attempt to connect and the wait between two.
        await _stop.CancelAsync().ConfigureAwait(false);
        _wake.Set();
        await _loop.ConfigureAwait(false);
        await _requests.DisposeAsync().ConfigureAwait(false);
        _stop.Dispose();
    }

    void INatsLinkOwner.OnLinkClosed(NatsLink link, string reason) => OnLinkClosed(link, reason);

    void INatsLinkOwner.OnLinkError(string error) => OnLinkError(error);

    internal void OnLinkError(string error)
    {
        _lastError = error;
        Interlocked.Increment(ref _errors);
    }

    private void SetState(NatsConnectionState state)
    {
        lock (_stateGate)
        {
            if (_state == (int)state)
            {
                return;
            }

            _state = (int)state;
            if (state == NatsConnectionState.Connected)
            {
                _connected.TrySetResult();
            }
            else if (_connected.Task.IsCompleted)
            {
                _connected = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }

        if (state != NatsConnectionState.Connected)
        {
            _requests.FailAll();
        }

        try
        {
            // Only the loop changes the state, so the calls come in order.
            StateChanged?.Invoke(state);
        }
        catch (Exception e)
        {
            // A listener must not end the loop.
            OnLinkError("A listener of StateChanged threw: " + e.Message);
        }
    }

    private void ThrowIfDisposed()
    {
        if (_disposed)
        {
            throw Closed();
        }
    }

    private static NatsException Closed() => new(NatsError.Closed, "The NATS connection was disposed.");

    private NatsException Away() =>
        new(NatsError.Disconnected, $"Not connected to NATS at {_servers}{(_lastError is { } error ? ": " + error : "")}.");
}
