using DynamoAspire.EngineSimulator.Events;
using DynamoAspire.EngineSimulator.Metering;
using DynamoAspire.EngineSimulator.Stats;

namespace DynamoAspire.EngineSimulator.Engines;

/// <summary>Everything that lives from one start of an engine to its end. Its owner serialises the calls.</summary>
internal sealed class EngineLife : IAsyncDisposable
{
    private readonly SimulatorOptions _options;
    private readonly TimeProvider _time;
    private readonly long[] _lastRecord;

    public EngineLife(EngineCore core, IReadOnlyList<EventPublisher> publishers, StatSender? stats, VllmMetrics metrics, SimulatorOptions options, TimeProvider time)
    {
        Core = core;
        Publishers = publishers;
        Stats = stats;
        Metrics = metrics;
        _options = options;
        _time = time;

        // The first record goes out with the first step: it tells the number of blocks.
        _lastRecord = [.. core.Ranks.Select(_ => long.MinValue)];
        foreach (var rank in metrics.Ranks)
        {
            rank.Start();
        }
    }

    public EngineCore Core { get; }

    /// <summary>In the order of the ranks.</summary>
    public IReadOnlyList<EventPublisher> Publishers { get; }

    public StatSender? Stats { get; }

    public VllmMetrics Metrics { get; }

    /// <summary>Publishes the events of each rank that has any, as one batch.</summary>
    public void Publish(double timestamp)
    {
        for (var i = 0; i < Core.Ranks.Count; i++)
        {
            var rank = Core.Ranks[i];
            if (!rank.Events.IsEmpty)
            {
                Publishers[i].Publish(rank.Events.Complete(timestamp, rank.Rank.Rank));
            }
        }
    }

    public void Record()
    {
        for (var i = 0; i < Core.Ranks.Count; i++)
        {
            var rank = Core.Ranks[i];
            var metrics = Metrics.Ranks[i];
            metrics.Record(rank.Report);
            metrics.Aborted.Inc(rank.Rejected);
            metrics.Gauges(rank.Scheduler.RunningCount, rank.Scheduler.WaitingCount, rank.Scheduler.Pool.Usage);
        }
    }

    /// <summary>A record per rank and step; an idle rank only from time to time, so that its silence is not taken for its end.</summary>
    public void SendStats(double timestamp, long now)
    {
        if (Stats is null)
        {
            return;
        }

        for (var i = 0; i < Core.Ranks.Count; i++)
        {
            var rank = Core.Ranks[i];
            if (!rank.Report.DidAnything && _lastRecord[i] != long.MinValue && _time.GetElapsedTime(_lastRecord[i], now) < _options.StatInterval)
            {
                continue;
            }

            _lastRecord[i] = now;
            var scheduler = rank.Scheduler;
            Stats.Send(
                rank.Rank.Rank, timestamp, scheduler.Pool.Capacity, scheduler.Pool.Usage, scheduler.RunningCount, scheduler.WaitingCount, rank.PrefixQueries, rank.PrefixHits);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var publisher in Publishers)
        {
            await publisher.DisposeAsync();
        }

        if (Stats is not null)
        {
            await Stats.DisposeAsync();
        }

        Metrics.Dispose();
    }
}
