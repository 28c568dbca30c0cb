using DynamoAspire.Engines;
using DynamoAspire.KvEvents.StatRecords;
using DynamoAspire.StatPublisher.Health;
using DynamoAspire.StatPublisher.Loads;

namespace DynamoAspire.StatPublisher.Ranks;

/// <summary>Everything known of one rank. Thread-safe; no two ranks share a lock.</summary>
internal sealed class RankState : IDisposable
{
    private readonly Lock _gate = new();
    private readonly RankGauges.Handles _gauges;
    private readonly LoadDebouncer _load;
    private readonly StatMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly EngineHealth? _health;
    private readonly PrefixTotals _prefix = new();
    private long _lastRecord;
    private bool _known;

    public RankState(EngineRank rank, EngineHealth? health, RankGauges gauges, LoadDebouncer load, StatMetrics metrics, TimeProvider time)
    {
        Rank = rank;
        _health = health;
        _gauges = gauges.Bind(rank);
        _load = load;
        _metrics = metrics;
        _time = time;
    }

    /// <summary>Which rank.</summary>
    public EngineRank Rank { get; }

    /// <summary>The debouncer of its load.</summary>
    public LoadDebouncer Load => _load;

    /// <summary>State of its engine; ready where there is no health to look at.</summary>
    public EngineState EngineState => _health?.State ?? EngineState.Ready;

    /// <summary>Whether records have come, and it was not withdrawn since.</summary>
    public bool IsKnown
    {
        get
        {
            lock (_gate)
            {
                return _known;
            }
        }
    }

    /// <summary>Takes a record of this rank.</summary>
    public void Record(in StatRecord record)
    {
        lock (_gate)
        {
            // A dead engine publishes nothing, whatever still drips out of its sockets: it must be ready again first.
            if (EngineState == EngineState.Dead)
            {
                _metrics.ReceivedFromDeadEngine();
                return;
            }

            _metrics.Received(StatRecordStatus.Ok);
            _known = true;
            _lastRecord = _time.GetTimestamp();
            _gauges.LastRecord.Set(_time.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0);
            Set(_gauges.Running, record.Running);
            Set(_gauges.Waiting, record.Waiting);
            if (_prefix.Observe(record) && _prefix.Queries > 0)
            {
                _gauges.HitRatio.Set((double)Math.Min(_prefix.Hits, _prefix.Queries) / _prefix.Queries);
            }

            RecordLoad(record);
        }
    }

    /// <summary>Forgets the rank and tells listeners; false if there was nothing to forget.</summary>
    public bool Withdraw(WithdrawalReason reason)
    {
        lock (_gate)
        {
            if (!_known)
            {
                return false;
            }

            _known = false;
            _prefix.Clear();
            _gauges.Remove();
            _load.Withdraw();
            _metrics.Withdrawn(reason);
            return true;
        }
    }

    /// <summary>Withdraws the rank if it was silent for too long and its engine's health does not vouch for it: an idle engine sends nothing.</summary>
    public bool WithdrawIfSilent(TimeSpan limit)
    {
        lock (_gate)
        {
            return _known
                && (_health is null || _health.State != EngineState.Ready)
                && _time.GetElapsedTime(_lastRecord) >= limit
                && Withdraw(WithdrawalReason.Silent);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _load.Dispose();

    private void RecordLoad(in StatRecord record)
    {
        // An engine that has not said how many blocks it has is not initialised: its load would be a 0 that draws traffic.
        if (record is not { Blocks: { } blocks, Usage: { } usage })
        {
            return;
        }

        if (!UsedBlocks.TryFrom(blocks, usage, out var used, out var clamped))
        {
            _metrics.UsageNotANumber();
            return;
        }

        if (clamped)
        {
            _metrics.UsageClamped();
        }

        _gauges.TotalBlocks.Set(blocks);
        _gauges.Usage.Set(Math.Clamp(usage, 0, 1));
        _load.Observe(used);
    }

    private static void Set(RankGauge gauge, ulong? value)
    {
        if (value is { } reported)
        {
            gauge.Set(reported);
        }
    }
}
