using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Registry;

namespace DynamoAspire.MetricsAggregator.Collecting;

/// <summary>
/// Lets any number of scrapes at once share one collection: who comes while one is running gets its result; who comes after it has ended starts the next. Thread-safe.
/// </summary>
internal sealed class SharedCollection
{
    private readonly Func<MetricSnapshot, CollectionProgress, CancellationToken, Task> _collect;
    private readonly Func<MetricSnapshot, CollectionProgress, Task> _collectFinished;
    private readonly CancellationToken _stopped;
    private readonly Counter _joined;
    private readonly Lock _gate = new();
    private readonly Stack<Round> _free = new();
    private Round? _running;

    /// <summary>A scrape that is under way when the service is told to stop is still answered; targets' time limits keep that short.</summary>
    public SharedCollection(Aggregation aggregation, IHostApplicationLifetime lifetime, MetricRegistry registry)
        : this(aggregation.RunAsync, aggregation.RunFinishedAsync, registry, lifetime.ApplicationStopped)
    {
    }

    internal SharedCollection(
        Func<MetricSnapshot, CollectionProgress, CancellationToken, Task> collect,
        Func<MetricSnapshot, CollectionProgress, Task> collectFinished,
        MetricRegistry registry,
        CancellationToken stopped)
    {
        _collect = collect;
        _collectFinished = collectFinished;
        _stopped = stopped;
        _joined = registry.Counter(AggregatorMetrics.CollectionsSharedTotal);
    }

    /// <summary>Clears the snapshot and fills it.</summary>
    /// <param name="destination">Snapshot.</param>
    /// <param name="cancellationToken">Cancelled when time is up: what has been found by then is the result. The collection goes on for the others.</param>
    /// <param name="abandoned">Cancelled when nobody wants the result any more.</param>
    public async ValueTask CollectAsync(MetricSnapshot destination, CancellationToken cancellationToken, CancellationToken abandoned = default)
    {
        var round = Join(destination);
        try
        {
            await round.Task.WaitAsync(cancellationToken);
            destination.Clear();
            if (!TryTakeOver(round, destination))
            {
                round.Snapshot.CopyTo(destination);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested && !abandoned.IsCancellationRequested && !_stopped.IsCancellationRequested)
        {
            destination.Clear();
            await _collectFinished(destination, round.Progress);
        }
        finally
        {
            Leave(round);
        }
    }

    /// <summary>Who is alone in the end needs no copy.</summary>
    private bool TryTakeOver(Round round, MetricSnapshot destination)
    {
        lock (_gate)
        {
            // The collection's own share is gone only when nobody can join any more.
            if (round.Readers != 1)
            {
                return false;
            }

            round.Snapshot.Swap(destination);
            return true;
        }
    }

    private Round Join(MetricSnapshot destination)
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

            // It is given back with the result, so that one and the same memory serves every round.
            round.Snapshot.Swap(destination);
            round.Snapshot.Clear();
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
            await _collect(round.Snapshot, round.Progress, _stopped);
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
                round.Progress.Begin([]);
                _free.Push(round);
            }
        }
    }

    private sealed class Round
    {
        public MetricSnapshot Snapshot { get; } = new();

        public CollectionProgress Progress { get; } = new();

        public Task Task { get; set; } = Task.CompletedTask;

        public int Readers { get; set; }
    }
}
