using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Registry;

namespace DynamoAspire.MetricsAggregator.Collecting;

/// <summary>
/// Lets any number of scrapes at once share one collection: who comes while one is running gets its result; who comes after it has ended starts the next. Thread-safe.
/// </summary>
internal sealed class SharedCollection
{
    private readonly Func<MetricSnapshot, CancellationToken, Task> _collect;
    private readonly CancellationToken _stopped;
    private readonly Counter _joined;
    private readonly Lock _gate = new();
    private readonly Stack<Round> _free = new();
    private Round? _running;

    /// <summary>A scrape that is under way when the service is told to stop is still answered; targets' time limits keep that short.</summary>
    public SharedCollection(Aggregation aggregation, IHostApplicationLifetime lifetime, MetricRegistry registry)
        : this(aggregation.RunAsync, registry, lifetime.ApplicationStopped)
    {
    }

    internal SharedCollection(Func<MetricSnapshot, CancellationToken, Task> collect, MetricRegistry registry, CancellationToken stopped)
    {
        _collect = collect;
        _stopped = stopped;
        _joined = registry.Counter(AggregatorMetrics.CollectionsSharedTotal);
    }

    /// <summary>Clears the snapshot and fills it. Cancelling gives up waiting; the collection goes on for the others.</summary>
    public async ValueTask CollectAsync(MetricSnapshot destination, CancellationToken cancellationToken)
    {
        var round = Join();
        try
        {
            await round.Task.WaitAsync(cancellationToken);
            destination.Clear();
            round.Snapshot.CopyTo(destination);
        }
        finally
        {
            Leave(round);
        }
    }

    private Round Join()
    {
        lock (_gate)
        {
            if (_running is { } running)
            {
                running.Readers++;
                _joined.Inc();
                return running;
            }

            var round = _free.TryPop(out var free) ? free : new Round();

            // One reader is the caller, one the collection itself.
            round.Readers = 2;
            _running = round;
            round.Task = RunAsync(round);
            return round;
        }
    }

    private async Task RunAsync(Round round)
    {
        // Not under the lock that Join holds.
        await Task.Yield();
        try
        {
            await _collect(round.Snapshot, _stopped);
        }
        finally
        {
            lock (_gate)
            {
                _running = null;
            }

            Leave(round);
        }
    }

    private void Leave(Round round)
    {
        lock (_gate)
        {
            if (--round.Readers == 0)
            {
                round.Snapshot.Clear();
                _free.Push(round);
            }
        }
    }

    private sealed class Round
    {
        public MetricSnapshot Snapshot { get; } = new();

        public Task Task { get; set; } = Task.CompletedTask;

        public int Readers { get; set; }
    }
}
