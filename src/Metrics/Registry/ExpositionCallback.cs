using System.Buffers;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Parsing;

namespace DynamoAspire.Metrics.Registry;

/// <summary>
/// Runs somebody's code that writes exposition text, away from the scrape: the scrape waits for it no longer than its time limit, and a run that overstays is
/// left alone, its result thrown away, and no second one started beside it. Scrapes at the same time share a run.
/// </summary>
internal sealed class ExpositionCallback : IThreadPoolWorkItem
{
    // Not a Lock: scrapes wait on it.
    private readonly object _gate = new();
    private readonly Action<IBufferWriter<byte>, CancellationToken> _write;
    private readonly ExpositionCallbackOptions _options;
    private readonly ExpositionLoader _loader;
    private readonly BoundedBuffer _buffer;
    private MetricSnapshot _building = new();
    private MetricSnapshot _ready = new();
    private CancellationToken _token;
    private Action? _cancel;
    private ITimer? _timer;
    private long _started;
    private long _finished;
    private long _overdue;
    private long _begun;

    internal ExpositionCallback(MetricRegistry registry, string name, Action<IBufferWriter<byte>, CancellationToken> write, ExpositionCallbackOptions options)
    {
        if (options.TimeLimit <= TimeSpan.Zero)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.TimeLimit, "The time limit of an exposition callback must be positive.");
        }

        Registry = registry;
        Name = name;
        _write = write;
        _options = options;
        _loader = new ExpositionLoader(new ExpositionLoaderOptions { Labels = options.Labels, Limits = options.Limits });
        _buffer = new BoundedBuffer(options.Limits.BodySize);
        Source = new Merging.MergeSource($"callback '{name}' of '{registry.Owner}'", MetricRegistry.Origin);
    }

    internal MetricRegistry Registry { get; }

    internal string Name { get; }

    internal Merging.MergeSource Source { get; }

    /// <summary>Starts a run, or joins the one that is under way; 0 if that one is overdue.</summary>
    internal long Begin()
    {
        long run;
        lock (_gate)
        {
            if (_started != _finished)
            {
                run = _overdue == _started ? 0 : _started;
            }
            else
            {
                run = ++_started;
                _begun = _options.TimeProvider.GetTimestamp();

                // Without a timer or a wait handle of its own it needs no disposal, which late callbacks would trip over.
                var cancellation = new CancellationTokenSource();
                (_token, _cancel) = (cancellation.Token, cancellation.Cancel);
                _timer ??= _options.TimeProvider.CreateTimer(static state => ((ExpositionCallback)state!).OnTimer(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                _timer.Change(_options.TimeLimit, Timeout.InfiniteTimeSpan);
                ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
            }
        }

        if (run == 0)
        {
            Registry.Report(Name, CallbackFailureReason.StillRunning);
        }

        return run;
    }

    /// <summary>Waits for a run and copies its families; false if it is overdue.</summary>
    internal bool TryTake(long run, MetricSnapshot destination)
    {
        destination.Clear();
        lock (_gate)
        {
            while (_finished < run && _overdue < run)
            {
                Monitor.Wait(_gate);
            }

            if (_overdue >= run)
            {
                return false;
            }

            _ready.CopyTo(destination);
            return true;
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        CallbackFailureReason? failure = null;
        Exception? error = null;
        var detail = "";
        try
        {
            _building.Clear();
            _buffer.Reset();
            _write(_buffer, _token);
            var loaded = _loader.Load(_buffer.Written, _options.Format, _building);
            if (!loaded.Succeeded)
            {
                (failure, detail) = (CallbackFailureReason.TooLarge, Describe(loaded.Error));
            }
            else if (loaded.SkippedLines > 0)
            {
                (failure, detail) = (CallbackFailureReason.InvalidText, $"{loaded.SkippedLines} lines left out; the first: {Describe(loaded.Error)}");
            }
        }
        catch (OverflowException e)
        {
            (failure, detail) = (CallbackFailureReason.TooLarge, e.Message);
            _building.Clear();
        }
        catch (Exception e)
        {
            // It is not ours: whatever it throws must not lose the scrape.
            (failure, error) = (CallbackFailureReason.ExpositionFailed, e);
            _building.Clear();
        }

        // Before the waiting scrapes go on, so that what they say next counts it, and not under the gate: whoever hears of it may collect. A late run has been counted as such.
        if (failure is { } reason && !IsOverdue())
        {
            Registry.Report(Name, reason, detail, error);
        }

        lock (_gate)
        {
            if (_overdue != _started)
            {
                (_building, _ready) = (_ready, _building);
            }

            _finished = _started;
            _cancel = null;
            _timer!.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            Monitor.PulseAll(_gate);
        }
    }

    private bool IsOverdue()
    {
        lock (_gate)
        {
            return _overdue == _started;
        }
    }

    private void OnTimer()
    {
        Action? cancel;
        lock (_gate)
        {
            // A timer that fired while its run was ending must not be taken for that of the next.
            if (_finished == _started || _options.TimeProvider.GetElapsedTime(_begun) < _options.TimeLimit / 2)
            {
                return;
            }

            _overdue = _started;
            cancel = _cancel;
        }

        Registry.Report(Name, CallbackFailureReason.TimedOut, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"after {_options.TimeLimit.TotalSeconds:0.###} s"));
        lock (_gate)
        {
            Monitor.PulseAll(_gate);
        }

        try
        {
            cancel?.Invoke();
        }
        catch (AggregateException)
        {
            // What the callback does on cancellation failed: it is given up either way.
        }
    }

    private static string Describe(ExpositionError error) => error.ToString();
}
