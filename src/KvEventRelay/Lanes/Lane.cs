using DynamoAspire.Engines;
using DynamoAspire.KvEventRelay.Links;
using DynamoAspire.KvEventRelay.Outputs;
using DynamoAspire.KvEventRelay.Telemetry;
using DynamoAspire.KvEvents.Conversion;
using DynamoAspire.KvEvents.Index;
using DynamoAspire.KvEvents.RouterEvents;
using DynamoAspire.KvEvents.Wire;
using DynamoAspire.Metrics.Registry;

namespace DynamoAspire.KvEventRelay.Lanes;

/// <summary>
/// Follows one rank of one engine: receive → decode → order and recover → number → index → publish. One task owns all of it, so nothing
/// is locked. It promises: everything the engine said, in order and at least once, or else <c>cleared</c> with a metric and a log line.
/// </summary>
internal sealed partial class Lane : ILaneGauges
{
    private readonly RelayOptions _options;
    private readonly Func<IEngineLink> _createLink;
    private readonly IKvIndex _index;
    private readonly ILaneOutput[] _outputs;
    private readonly KvPublisherMetrics _publisher;
    private readonly LaneMetrics _metrics;
    private readonly TimeProvider _time;

    /// <summary>Odd events: one line per reason every five minutes.</summary>
    private readonly LogThrottle _eventLog;

    /// <summary>Gaps, holes, restarts: one line a second of each kind.</summary>
    private readonly LogThrottle _faultLog;
    private readonly ILogger _logger;
    private readonly LaneSequence _sequence = new();
    private readonly KvBatchDecoder _decoder = new();
    private readonly KvEventBatch _batch = new();
    private readonly KvEventFilter _filter;
    private readonly KvEventConverter _converter;
    private readonly RouterEvent _event;
    private readonly RouterEvent _part;
    private readonly MessageId _messageId = new();
    private readonly WorkerRank _worker;
    private Action? _wakeUp;
    private IEngineLink _link;
    private bool _hasRun;
    private long _followed;
    private long _undeliverable;

    // Written by the lane, read by queries and scrapes: each field is exact, the set is not atomic.
    private int _state;
    private ulong _epoch;
    private ulong _eventId;
    private ulong _last;
    private bool _hasLast;
    private bool _isSynchronised;
    private bool _isPartial;
    private ulong _partialSince;
    private double _timestamp = double.NaN;

    public Lane(
        EngineRank rank, RelayOptions options, Func<IEngineLink> createLink, IKvIndex index, IEnumerable<ILaneOutput> outputs,
        KvPublisherMetrics publisher, MetricRegistry registry, TimeProvider time, ILogger logger)
    {
        Rank = rank;
        _options = options;
        _createLink = createLink;
        _link = createLink();
        _index = index;
        _outputs = [.. outputs];
        _publisher = publisher;
        _time = time;
        _eventLog = new LogThrottle(time, TimeSpan.FromMinutes(5));
        _faultLog = new LogThrottle(time, TimeSpan.FromSeconds(1));
        _logger = logger;
        _filter = new KvEventFilter(options.Media);
        _converter = new KvEventConverter(rank.Engine.Options.BlockSize);
        _worker = new WorkerRank(rank.Engine.WorkerId, (uint)rank.Rank);
        _event = new RouterEvent { WorkerId = _worker.WorkerId, DpRank = _worker.DpRank };
        _part = new RouterEvent { WorkerId = _worker.WorkerId, DpRank = _worker.DpRank };
        _metrics = new LaneMetrics(registry, this);
        _link.Connected = Wake;
    }

    public EngineRank Rank { get; }

    public IReadOnlyList<ILaneOutput> Outputs => _outputs;

    public bool IsConnected => _link.IsConnected;

    public bool IsComplete => Volatile.Read(ref _isSynchronised) && !Volatile.Read(ref _isPartial);

    public bool IsBlocked => State == LaneState.Blocked;

    public LaneState State
    {
        get => (LaneState)Volatile.Read(ref _state);
        private set => Volatile.Write(ref _state, (int)value);
    }

    double ILaneGauges.LastSequence => Volatile.Read(ref _hasLast) ? Volatile.Read(ref _last) : double.NaN;

    double ILaneGauges.LastEventId => Volatile.Read(ref _eventId);

    double ILaneGauges.Epoch => Volatile.Read(ref _epoch);

    double ILaneGauges.IndexBlocks => _index.Blocks(_worker);

    int ILaneGauges.ReceivePending => _link.Pending;

    int ILaneGauges.ReceiveCapacity => _options.ReceiveCapacity;

    int ILaneGauges.PublishDepth => _outputs.Sum(o => o.Depth);

    int ILaneGauges.PublishCapacity => _outputs.Sum(o => o.Capacity);

    long ILaneGauges.PublishBytes => _outputs.Sum(o => o.Bytes);

    long ILaneGauges.Connections => _link.Connections;

    long ILaneGauges.Malformed => _link.Malformed;

    long ILaneGauges.Oversized => _link.Oversized;

    public LaneStatus Status() => new()
    {
        Lane = Rank.ToString(),
        Engine = Rank.Engine.Name,
        WorkerId = _worker.WorkerId,
        DpRank = _worker.DpRank,
        State = State,
        Connected = _link.IsConnected,
        Replay = _link.CanReplay,
        Complete = IsComplete,
        PartialSince = Volatile.Read(ref _isPartial) ? Volatile.Read(ref _partialSince) : null,
        Epoch = Volatile.Read(ref _epoch),
        Sequence = Volatile.Read(ref _hasLast) ? Volatile.Read(ref _last) : null,
        EventId = Volatile.Read(ref _eventId),
        LastBatchTimestamp = Volatile.Read(ref _timestamp) is var timestamp && double.IsFinite(timestamp) ? timestamp : null,
        Blocks = _index.Blocks(_worker),
        BlockSize = Rank.Engine.Options.BlockSize,
        ReceiveQueue = _link.Pending,
        PublishQueue = _outputs.Sum(o => o.Depth),
        PublishQueueCapacity = _outputs.Sum(o => o.Capacity),
    };

    /// <summary>Follows the engine until cancelled. After a failure it may be run again: it then begins anew with fresh sockets.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        if (_hasRun)
        {
            _link = _createLink();
            _link.Connected = Wake;
            _followed = 0;
        }

        _hasRun = true;
        State = LaneState.Waiting;
        try
        {
            await BeginEpochAsync(_metrics.Starts, cancellationToken);
            await _link.StartAsync(cancellationToken);
            while (true)
            {
                if (_link.Connections != _followed)
                {
                    await FollowConnectionAsync(cancellationToken);
                }

                if (await NextAsync(cancellationToken) is { } message)
                {
                    using (message)
                    {
                        await OnLiveAsync(message, cancellationToken);
                    }
                }
            }
        }
        finally
        {
            State = LaneState.Stopped;
            await _link.DisposeAsync();
        }
    }

    /// <summary>The next live batch, or null when the connection was made anew and must be looked at first.</summary>
    private async ValueTask<LinkMessage?> NextAsync(CancellationToken cancellationToken)
    {
        if (_link.TryReceive(out var waiting))
        {
            return waiting;
        }

        using var wake = new CancellationTokenSource();
        using var both = CancellationTokenSource.CreateLinkedTokenSource(wake.Token, cancellationToken);
        Volatile.Write(ref _wakeUp, wake.Cancel);
        if (_link.Connections != _followed)
        {
            return null;
        }

        try
        {
            return await _link.ReceiveAsync(both.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private void Wake()
    {
        try
        {
            Volatile.Read(ref _wakeUp)?.Invoke();
        }
        catch (ObjectDisposedException)
        {
            // The lane is not waiting; it looks at the connection before it waits again.
        }
    }

    private async ValueTask OnLiveAsync(LinkMessage message, CancellationToken cancellationToken)
    {
        var fingerprint = LaneSequence.Fingerprint(message.Payload);
        var verdict = _sequence.Check(message.Sequence, fingerprint);
        if (verdict == SequenceVerdict.Restart)
        {
            if (_faultLog.Allows((int)Fault.EngineRestart))
            {
                LogEngineRestart(Rank, _sequence.Last, message.Sequence);
            }

            await BeginEpochAsync(_metrics.EngineRestarts, cancellationToken);
            verdict = SequenceVerdict.First;
        }

        if (verdict == SequenceVerdict.Gap || (verdict == SequenceVerdict.First && message.Sequence > 0))
        {
            _metrics.Gaps.Inc();
            if (_faultLog.Allows((int)Fault.Gap))
            {
                LogGap(Rank, _sequence.Expected, message.Sequence, _link.CanReplay ? "asking the engine for them" : "it has no replay address to ask");
            }

            var epoch = _epoch;
            await SynchroniseAsync(_link.Connections == _followed, cancellationToken);
            if (_epoch != epoch)
            {
                // The engine had restarted: the batch is of its old life, or was replayed with the new one.
                return;
            }

            verdict = _sequence.Check(message.Sequence, fingerprint);
            if (verdict is SequenceVerdict.Gap or SequenceVerdict.First)
            {
                await LoseAsync(message.Sequence, cancellationToken);
            }
        }

        if (verdict is SequenceVerdict.Duplicate or SequenceVerdict.Restart)
        {
            // Restart cannot be here but for a batch that the replay has just given differently; the replay is the newer word.
            _metrics.Duplicates.Inc();
            return;
        }

        await ApplyAsync(message, fingerprint, cancellationToken);
        if (double.IsFinite(_batch.Timestamp))
        {
            _metrics.Lag.Observe(Math.Max(0, (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds - _batch.Timestamp));
        }
    }

    /// <summary>Keys of <see cref="_eventLog"/> from here on are conversion issues; below, skip reasons.</summary>
    private const int ConversionKey = 1_000;

    /// <summary>Kinds of fault that are logged.</summary>
    private enum Fault
    {
        Gap,
        Hole,
        Replayed,
        EngineRestart,
        Undecodable,
    }
}
