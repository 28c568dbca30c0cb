using DynamoAspire.KvEventRelay.Links;
using DynamoAspire.KvEvents.RouterEvents;
using DynamoAspire.Metrics.Registry;

namespace DynamoAspire.KvEventRelay.Lanes;

/// <content>Epochs, gaps and holes.</content>
internal sealed partial class Lane
{
    private long _noReplayBefore;
    private int _failedReplays;
    private bool _hasContent;

    /// <summary>Begins a new life of the engine: what routers know of the old one goes.</summary>
    private async ValueTask BeginEpochAsync(Counter cause, CancellationToken cancellationToken)
    {
        cause.Inc();
        var now = (ulong)_time.GetUtcNow().ToUnixTimeMilliseconds();
        Volatile.Write(ref _epoch, Math.Max(_epoch + 1, now));
        _sequence.Reset();
        _filter.Reset();
        Volatile.Write(ref _hasLast, false);
        Volatile.Write(ref _isPartial, false);
        Volatile.Write(ref _isSynchronised, false);

        // At the start of the relay nothing is known of what an earlier relay has published.
        if (_hasContent || ReferenceEquals(cause, _metrics.Starts))
        {
            await PublishClearedAsync(0, cancellationToken);
        }
    }

    /// <summary>
    /// The connection to the engine was made (again): what it sent meanwhile is missed, and it may be another life of the engine, even one
    /// that counts beyond the last sequence already. So it is asked from the last sequence itself.
    /// </summary>
    private async ValueTask FollowConnectionAsync(CancellationToken cancellationToken)
    {
        _followed = _link.Connections;
        if (State == LaneState.Waiting)
        {
            State = LaneState.Live;
        }

        await SynchroniseAsync(isUnbroken: false, cancellationToken);
    }

    /// <summary>Asks the engine for what is missing and applies it. Live batches wait in the socket meanwhile.</summary>
    /// <param name="isUnbroken">Whether the connection to the engine has been up ever since the last batch.</param>
    /// <param name="cancellationToken">Ends it.</param>
    private async ValueTask SynchroniseAsync(bool isUnbroken, CancellationToken cancellationToken)
    {
        if (!_link.CanReplay || (_failedReplays > 0 && _time.GetTimestamp() < _noReplayBefore))
        {
            return;
        }

        var before = State;
        State = LaneState.Recovering;
        try
        {
            if (await ReplayAsync(isUnbroken, cancellationToken) == ReplayResult.EngineRestarted)
            {
                _metrics.ReplayRestarted.Inc();
                LogEngineRestartFound(Rank, _sequence.Last);
                await BeginEpochAsync(_metrics.EngineRestarts, cancellationToken);

                // What waits was sent before now: it is of the old life, or the replay gives it too.
                while (_link.TryReceive(out var stale))
                {
                    stale.Dispose();
                }

                // From nothing there is no last batch to compare with, so this cannot come here again.
                await ReplayAsync(isUnbroken: false, cancellationToken);
            }
        }
        finally
        {
            State = before;
        }
    }

    private async ValueTask<ReplayResult> ReplayAsync(bool isUnbroken, CancellationToken cancellationToken)
    {
        var from = _sequence.HasLast ? _sequence.Last : 0;
        var isVerified = !_sequence.HasLast;
        var hasHole = false;
        long recovered = 0;
        await using var replay = await _link.ReplayAsync(from, cancellationToken);
        while (true)
        {
            var (step, message) = await replay.NextAsync(cancellationToken);
            using (message)
            {
                if (step == ReplayStep.TimedOut)
                {
                    ReplayFailed();
                    return ReplayResult.TimedOut;
                }

                if (step == ReplayStep.End)
                {
                    if (!isVerified)
                    {
                        // Not even the last batch is there: the engine has published less than it had.
                        return ReplayResult.EngineRestarted;
                    }

                    break;
                }

                var fingerprint = LaneSequence.Fingerprint(message.Payload);
                if (!isVerified)
                {
                    if (message.Sequence < from)
                    {
                        continue;
                    }

                    if (message.Sequence == from)
                    {
                        if (!_sequence.IsLast(message.Sequence, fingerprint))
                        {
                            return ReplayResult.EngineRestarted;
                        }

                        isVerified = true;
                        continue;
                    }

                    // The last batch has left the engine's buffer. If its successor is the first there, and the connection never broke, nothing is missing.
                    isVerified = true;
                    if (message.Sequence != _sequence.Expected || !isUnbroken)
                    {
                        hasHole = true;
                        await LoseAsync(message.Sequence, cancellationToken);
                    }
                }
                else if (_sequence.HasLast && message.Sequence <= _sequence.Last)
                {
                    continue;
                }
                else if (message.Sequence != _sequence.Expected)
                {
                    hasHole = true;
                    await LoseAsync(message.Sequence, cancellationToken);
                }

                await ApplyAsync(message, fingerprint, cancellationToken);
                recovered++;
            }
        }

        _failedReplays = 0;
        Volatile.Write(ref _isSynchronised, true);
        _metrics.Recovered.Inc(recovered);
        (hasHole ? _metrics.ReplayHole : _metrics.ReplayCaughtUp).Inc();
        if (_faultLog.Allows((int)Fault.Replayed))
        {
            LogReplayed(Rank, recovered, from, _sequence.HasLast ? _sequence.Last : 0);
        }

        return ReplayResult.CaughtUp;
    }

    private void ReplayFailed()
    {
        _metrics.ReplayTimedOut.Inc();
        var pause = _options.ReplayCooldown * Math.Pow(2, Math.Min(_failedReplays, 16));
        pause = pause < _options.ReplayCooldownMax ? pause : _options.ReplayCooldownMax;
        _failedReplays++;
        _noReplayBefore = _time.GetTimestamp() + (long)(pause.TotalSeconds * _time.TimestampFrequency);
        LogReplayTimedOut(Rank, Rank.KvReplayConnect ?? "?", pause.TotalSeconds);
    }

    /// <summary>Batches before a sequence are lost for good: what the lane and the routers know of the engine goes, and the lane says so.</summary>
    private async ValueTask LoseAsync(ulong next, CancellationToken cancellationToken)
    {
        var expected = _sequence.Expected;
        var lost = next > expected ? next - expected : 0;

        // An engine that starts its count from the clock has not lost what is before its first sequence.
        if (_sequence.HasLast)
        {
            _metrics.Lost.Inc((long)Math.Min(lost, int.MaxValue));
            _publisher.EnginesDropped.Inc((long)Math.Min(lost, int.MaxValue));
        }

        if (_faultLog.Allows((int)Fault.Hole))
        {
            LogHole(Rank, expected, next, _link.CanReplay ? "the engine's replay does not give them" : "the engine has no replay address (Engines:…:KvReplay)");
        }

        await ForgetAsync(next, cancellationToken);
    }

    /// <summary>What the lane and the routers know of the engine goes; the lane knows only what comes from here on.</summary>
    private async ValueTask ForgetAsync(ulong next, CancellationToken cancellationToken)
    {
        Volatile.Write(ref _partialSince, next);
        Volatile.Write(ref _isPartial, true);
        if (_hasContent)
        {
            await PublishClearedAsync(next, cancellationToken);
        }
    }

    private async ValueTask PublishClearedAsync(ulong sequence, CancellationToken cancellationToken)
    {
        _metrics.Cleared.Inc();
        _event.Reset(RouterEventKind.Cleared);
        _messageId.SetLane(_worker.WorkerId, _worker.DpRank, _epoch, sequence);
        await ForwardAsync(_event, cancellationToken);
    }

    private enum ReplayResult
    {
        CaughtUp = 0,
        EngineRestarted,
        TimedOut,
    }
}
