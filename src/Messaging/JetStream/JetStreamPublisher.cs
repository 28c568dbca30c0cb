using System.Globalization;
using System.Text.Unicode;
using DynamoAspire.Messaging.JetStream.Wire;
using DynamoAspire.Messaging.Nats;

namespace DynamoAspire.Messaging.JetStream;

/// <summary>
/// Publishes to streams without waiting for each acknowledgement: a bounded number is in flight, and the fate of every accepted message is
/// reported exactly once. All acknowledgements come over one inbox. Thread-safe. In steady state a publish and its acknowledgement allocate
/// nothing here: each place in flight keeps its reply subject, which changes only after an answer failed to come.
/// </summary>
public sealed partial class JetStreamPublisher : IAsyncDisposable
{
    private const int NoResponders = 503;
    private static readonly TimeSpan s_longestSweep = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_shortestSweep = TimeSpan.FromMilliseconds(5);

    private readonly INatsConnection _connection;
    private readonly JetStreamPublisherOptions _options;
    private readonly TimeProvider _time;
    private readonly string _prefix = NatsInbox.NewPrefix() + ".";
    private readonly Lock _gate = new();
    private readonly Slot[] _slots;
    private readonly int[] _free;
    private readonly NatsHeaders _headers = new();
    private readonly PublishAckReader _acks = new();
    private IAsyncDisposable? _listener;
    private ITimer? _timer;
    private TaskCompletionSource? _capacity;
    private TaskCompletionSource? _drained;
    private int _freeCount;
    private bool _disposed;
    private JetStreamPublisherCounters _counters;

    private JetStreamPublisher(INatsConnection connection, JetStreamPublisherOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxInFlight, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(options.AckTimeout, TimeSpan.Zero);
        _connection = connection;
        _options = options;
        _time = connection.Options.TimeProvider;
        _slots = new Slot[options.MaxInFlight];
        _free = new int[options.MaxInFlight];
        for (var i = 0; i < _slots.Length; i++)
        {
            _slots[i].Reply = ReplySubject(i, 0);
            _free[i] = _slots.Length - 1 - i;
        }

        _freeCount = _slots.Length;
    }

    /// <summary>Messages whose fate is not known yet.</summary>
    public int InFlight
    {
        get
        {
            lock (_gate)
            {
                return _slots.Length - _freeCount;
            }
        }
    }

    /// <summary>Bound of <see cref="InFlight"/>.</summary>
    public int MaxInFlight => _slots.Length;

    /// <summary>What it has done so far.</summary>
    public JetStreamPublisherCounters Counters
    {
        get
        {
            lock (_gate)
            {
                return _counters;
            }
        }
    }

    internal static async ValueTask<JetStreamPublisher> CreateAsync(INatsConnection connection, JetStreamPublisherOptions options, CancellationToken cancellationToken)
    {
        var publisher = new JetStreamPublisher(connection, options);
        publisher._listener = await connection.ListenAsync(publisher._prefix + ">", null, publisher.OnReply, cancellationToken).ConfigureAwait(false);
        connection.StateChanged += publisher.OnStateChanged;
        var sweep = TimeSpan.FromTicks(Math.Clamp(options.AckTimeout.Ticks / 4, s_shortestSweep.Ticks, s_longestSweep.Ticks));
        publisher._timer = publisher._time.CreateTimer(static state => ((JetStreamPublisher)state!).Sweep(), publisher, sweep, sweep);
        return publisher;
    }

    /// <summary>
    /// Publishes without waiting. On <see cref="JetStreamPublishStatus.Ok"/> the handler will be called with the token exactly once;
    /// on anything else it will not be called. Messages of one thread keep their order.
    /// </summary>
    /// <param name="subject">Subject; make it once and keep it.</param>
    /// <param name="payload">Copied before the call returns.</param>
    /// <param name="messageId"><c>Nats-Msg-Id</c> as UTF-8, by which the stream recognises a repetition; empty for none.</param>
    /// <param name="handler">Told of the fate.</param>
    /// <param name="token">Given back to the handler.</param>
    public JetStreamPublishStatus TryPublish(NatsSubject subject, ReadOnlySpan<byte> payload, ReadOnlySpan<byte> messageId, IJetStreamAckHandler handler, long token)
    {
        ArgumentNullException.ThrowIfNull(subject);
        ArgumentNullException.ThrowIfNull(handler);
        lock (_gate)
        {
            if (_disposed)
            {
                return JetStreamPublishStatus.Closed;
            }

            if (_freeCount == 0)
            {
                return JetStreamPublishStatus.InFlightFull;
            }

            NatsHeaders? headers = null;
            if (!messageId.IsEmpty)
            {
                headers = _headers;
                headers.Clear();
                headers.Add("Nats-Msg-Id"u8, messageId);
            }

            var index = _free[_freeCount - 1];
            ref var slot = ref _slots[index];

            // Under the lock: an acknowledgement that is quicker than this method waits for it.
            var status = _connection.TryPublish(subject, payload, headers, slot.Reply);
            if (status != NatsPublishStatus.Ok)
            {
                return status switch
                {
                    NatsPublishStatus.Disconnected => JetStreamPublishStatus.Disconnected,
                    NatsPublishStatus.Full => JetStreamPublishStatus.ConnectionFull,
                    NatsPublishStatus.TooLarge => JetStreamPublishStatus.TooLarge,
                    _ => JetStreamPublishStatus.Closed,
                };
            }

            _freeCount--;
            slot.Handler = handler;
            slot.Token = token;
            slot.Published = _time.GetTimestamp();
            _counters = _counters with { Published = _counters.Published + 1 };
            return JetStreamPublishStatus.Ok;
        }
    }

    /// <summary>Publishes one message and waits for its fate, after waiting for a place in flight.</summary>
    /// <exception cref="NatsException">It was not accepted: connection away, too large, disposed.</exception>
    public async ValueTask<JetStreamAck> PublishAsync(NatsSubject subject, ReadOnlyMemory<byte> payload, ReadOnlyMemory<byte> messageId = default, CancellationToken cancellationToken = default)
    {
        var waiter = new AckWaiter();
        while (true)
        {
            var status = TryPublish(subject, payload.Span, messageId.Span, waiter, 0);
            switch (status)
            {
                case JetStreamPublishStatus.Ok:
                    return await waiter.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
                case JetStreamPublishStatus.InFlightFull:
                    await WaitForCapacityAsync(cancellationToken).ConfigureAwait(false);
                    break;
                default:
                    throw new NatsException(
                        status switch
                        {
                            JetStreamPublishStatus.TooLarge => NatsError.TooLarge,
                            JetStreamPublishStatus.Closed => NatsError.Closed,
                            JetStreamPublishStatus.ConnectionFull => NatsError.Unknown,
                            _ => NatsError.Disconnected,
                        },
                        $"The message on '{subject}' was not published: {status}.");
            }
        }
    }

    /// <summary>Returns when a place in flight is free; another publisher on another thread may take it first.</summary>
    /// <exception cref="NatsException">The publisher was disposed.</exception>
    public ValueTask WaitForCapacityAsync(CancellationToken cancellationToken = default) => WaitAsync(ref _capacity, static p => p._freeCount > 0, cancellationToken);

    /// <summary>Returns when nothing is in flight.</summary>
    /// <exception cref="NatsException">The publisher was disposed.</exception>
    public ValueTask DrainAsync(CancellationToken cancellationToken = default) => WaitAsync(ref _drained, static p => p._freeCount == p._slots.Length, cancellationToken);

    /// <summary>Ends it; what is in flight is reported as <see cref="JetStreamAckStatus.Closed"/>. <see cref="DrainAsync"/> first to know more.</summary>
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

        _connection.StateChanged -= OnStateChanged;
        if (_timer is not null)
        {
            await _timer.DisposeAsync().ConfigureAwait(false);
        }

        if (_listener is not null)
        {
            await _listener.DisposeAsync().ConfigureAwait(false);
        }

        FailAll(JetStreamAckStatus.Closed);
        Release(ref _capacity);
        Release(ref _drained);
    }

    private ValueTask WaitAsync(ref TaskCompletionSource? source, Func<JetStreamPublisher, bool> condition, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_disposed)
            {
                throw new NatsException(NatsError.Closed, "The publisher was disposed.");
            }

            if (condition(this))
            {
                return default;
            }

            source ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return new ValueTask(source.Task.WaitAsync(cancellationToken));
        }
    }

    private void Release(ref TaskCompletionSource? source)
    {
        TaskCompletionSource? released;
        lock (_gate)
        {
            released = source;
            source = null;
        }

        released?.TrySetResult();
    }

    private NatsSubject ReplySubject(int index, uint generation) =>
        new(string.Create(CultureInfo.InvariantCulture, $"{_prefix}{index}.{generation}"));

    private struct Slot
    {
        public NatsSubject Reply;
        public IJetStreamAckHandler? Handler;
        public long Token;
        public long Published;
        public uint Generation;
    }

    private sealed class AckWaiter : IJetStreamAckHandler
    {
        private readonly TaskCompletionSource<JetStreamAck> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<JetStreamAck> Task => _source.Task;

        public void OnAck(long token, in JetStreamAck ack) => _source.TrySetResult(ack);
    }
}
