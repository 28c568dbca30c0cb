using DynamoAspire.KvEvents.Wire;
using DynamoAspire.Metrics.Registry;

namespace DynamoAspire.KvEventRelay.Telemetry;

/// <summary>The relay's own metrics of one lane; labels are those of the engine's rank.</summary>
internal sealed class LaneMetrics
{
    private readonly Counter[] _undecodable;

    public LaneMetrics(MetricRegistry registry, ILaneGauges lane)
    {
        registry.Function(RelayMetrics.KvConnected, () => lane.IsConnected ? 1 : 0);
        registry.Function(RelayMetrics.KvLaneComplete, () => lane.IsComplete ? 1 : 0);
        registry.Function(RelayMetrics.KvLaneBlocked, () => lane.IsBlocked ? 1 : 0);
        registry.Function(RelayMetrics.KvLastSequence, () => lane.LastSequence);
        registry.Function(RelayMetrics.KvLastEventId, () => lane.LastEventId);
        registry.Function(RelayMetrics.KvEpochTimestampSeconds, () => lane.Epoch / 1000.0);
        registry.Function(RelayMetrics.KvIndexBlocks, () => lane.IndexBlocks);
        registry.Function(RelayMetrics.KvReceiveQueueBatches, () => lane.ReceivePending);
        registry.Function(RelayMetrics.KvReceiveQueueCapacity, () => lane.ReceiveCapacity);
        registry.Function(RelayMetrics.KvPublishQueueMessages, () => lane.PublishDepth);
        registry.Function(RelayMetrics.KvPublishQueueCapacity, () => lane.PublishCapacity);
        registry.Function(RelayMetrics.KvPublishQueueBytes, () => lane.PublishBytes);
        registry.Function(RelayMetrics.KvConnectionsTotal, () => lane.Connections);
        registry.Function(RelayMetrics.KvMalformedMessagesTotal, () => lane.Malformed);
        registry.Function(RelayMetrics.KvOversizedMessagesTotal, () => lane.Oversized);
        Batches = registry.Counter(RelayMetrics.KvBatchesTotal);
        Gaps = registry.Counter(RelayMetrics.KvSequenceGapsTotal);
        Duplicates = registry.Counter(RelayMetrics.KvDuplicateBatchesTotal);
        Recovered = registry.Counter(RelayMetrics.KvRecoveredBatchesTotal);
        Lost = registry.Counter(RelayMetrics.KvLostBatchesTotal);
        Cleared = registry.Counter(RelayMetrics.KvClearedPublishedTotal);
        var restarts = registry.CounterVector(RelayMetrics.KvEpochsTotal);
        Starts = restarts.With("relay_start");
        EngineRestarts = restarts.With("engine_restart");
        var replays = registry.CounterVector(RelayMetrics.KvReplaysTotal);
        ReplayCaughtUp = replays.With("caught_up");
        ReplayHole = replays.With("hole");
        ReplayRestarted = replays.With("engine_restarted");
        ReplayTimedOut = replays.With("timed_out");
        var undecodable = registry.CounterVector(RelayMetrics.KvUndecodableBatchesTotal);
        _undecodable = [.. Enum.GetValues<KvBatchStatus>().Select(s => s == KvBatchStatus.Ok ? null! : undecodable.With(KvBatchStatuses.Label(s)))];
        Lag = registry.Histogram(RelayMetrics.KvEventLagSeconds);
    }

    public Counter Batches { get; }

    public Counter Gaps { get; }

    public Counter Duplicates { get; }

    public Counter Recovered { get; }

    public Counter Lost { get; }

    public Counter Cleared { get; }

    public Counter Starts { get; }

    public Counter EngineRestarts { get; }

    public Counter ReplayCaughtUp { get; }

    public Counter ReplayHole { get; }

    public Counter ReplayRestarted { get; }

    public Counter ReplayTimedOut { get; }

    public Histogram Lag { get; }

    public void Undecodable(KvBatchStatus status) => _undecodable[(int)status].Inc();
}

/// <summary>What the gauges of a lane read at each scrape, from any thread.</summary>
internal interface ILaneGauges
{
    bool IsConnected { get; }

    bool IsComplete { get; }

    bool IsBlocked { get; }

    double LastSequence { get; }

    double LastEventId { get; }

    double Epoch { get; }

    double IndexBlocks { get; }

    int ReceivePending { get; }

    int ReceiveCapacity { get; }

    int PublishDepth { get; }

    int PublishCapacity { get; }

    long PublishBytes { get; }

    long Connections { get; }

    long Malformed { get; }

    long Oversized { get; }
}
