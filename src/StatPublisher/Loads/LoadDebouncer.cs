namespace DynamoAspire.StatPublisher.Loads;

/// <summary>
/// Decides when the load of one rank is published: after it has not changed for a window, at the latest after the longest wait, and again
/// after each heartbeat. The last value wins. A value that changes and comes back within the window (A, B, A) is not published, as nothing is new.
/// Thread-safe; ranks share nothing, so none can delay or lose another's load.
/// </summary>
internal sealed class LoadDebouncer : IDisposable
{
    private readonly Lock _gate = new();
    private readonly LoadDebouncerOptions _options;
    private readonly ILoadSink _sink;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly long _origin;
    private TimeSpan? _armedFor;
    private TimeSpan _pendingSince;
    private TimeSpan? _pendingUntil;
    private TimeSpan? _againAt;
    private ulong? _observed;
    private ulong? _published;
    private bool _everPublished;
    private bool _withdrawalOwed;
    private bool _disposed;

    public LoadDebouncer(LoadDebouncerOptions options, ILoadSink sink, TimeProvider time)
    {
        _options = options;
        _sink = sink;
        _time = time;
        _origin = time.GetTimestamp();
        _timer = time.CreateTimer(static state => ((LoadDebouncer)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The newest load, or null before the first and after a withdrawal.</summary>
    public ulong? Observed
    {
        get
        {
            lock (_gate)
            {
                return _observed;
            }
        }
    }

    /// <summary>Takes a load.</summary>
    public void Observe(ulong usedBlocks)
    {
        lock (_gate)
        {
            if (_observed == usedBlocks || _disposed)
            {
                return;
            }

            _observed = usedBlocks;
            var now = Now();
            if (_pendingUntil is null)
            {
                _pendingSince = now;
            }

            _pendingUntil = Earlier(now + _options.Window, _pendingSince + _options.MaxWait);
            Arm(now);
        }
    }

    /// <summary>Publishes what is known, new or not: the connection is back, and what was published before may not have arrived.</summary>
    public void Resend()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            if (_withdrawalOwed)
            {
                _withdrawalOwed = !_sink.TryWithdraw();
            }

            Publish(Now());
        }
    }

    /// <summary>Publishes a change that is held back, without waiting any longer.</summary>
    public void Flush()
    {
        lock (_gate)
        {
            if (_pendingUntil is not null && !_disposed)
            {
                Publish(Now());
            }
        }
    }

    /// <summary>Forgets the load, and tells listeners if they have ever heard of it. False: there was none.</summary>
    public bool Withdraw()
    {
        lock (_gate)
        {
            if (_observed is null || _disposed)
            {
                return false;
            }

            _observed = null;
            _published = null;
            _pendingUntil = null;
            _againAt = null;
            _withdrawalOwed = _everPublished && !_sink.TryWithdraw();
            _everPublished = false;
            Arm(Now());
            return true;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
        }

        _timer.Dispose();
    }

    private void OnTimer()
    {
        lock (_gate)
        {
            _armedFor = null;
            if (_disposed)
            {
                return;
            }

            var now = Now();
            if (_pendingUntil <= now)
            {
                _pendingUntil = null;
                if (_observed != _published)
                {
                    Publish(now);
                    return;
                }
            }

            if (_againAt <= now)
            {
                Publish(now);
                return;
            }

            Arm(now);
        }
    }

    private void Publish(TimeSpan now)
    {
        _pendingUntil = null;
        if (_observed is { } load)
        {
            if (_sink.TryPublish(load))
            {
                // A load supersedes a withdrawal that could not be sent.
                (_published, _everPublished, _withdrawalOwed) = (load, true, false);
                _againAt = now + _options.Heartbeat;
            }
            else
            {
                _againAt = now + _options.Retry;
            }
        }

        Arm(now);
    }

    /// <summary>Sets the timer to what comes next. A timer that fires too early only arms itself again, so a due time that moves back costs nothing per record.</summary>
    private void Arm(TimeSpan now)
    {
        TimeSpan? next = _pendingUntil is { } pending ? Earlier(pending, _againAt ?? pending) : _againAt;
        if (next is not { } due || _armedFor <= due)
        {
            return;
        }

        _armedFor = due;

        // The system's timers count whole milliseconds and cut off: rounded down, the last fraction would be a busy loop.
        _timer.Change(TimeSpan.FromMilliseconds(Math.Ceiling(Math.Max(0, (due - now).TotalMilliseconds))), Timeout.InfiniteTimeSpan);
    }

    private TimeSpan Now() => _time.GetElapsedTime(_origin);

    private static TimeSpan Earlier(TimeSpan a, TimeSpan b) => a < b ? a : b;
}
