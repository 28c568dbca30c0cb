using DynamoAspire.KvEvents.Wire;
using DynamoAspire.Metrics.Registry;

namespace DynamoAspire.KvEventRelay.Telemetry;

/// <summary>The relay's own metrics of one lane; labels are those of the engine's rank.</summary>
internal sealed class LaneMetrics
{
    private readonly Counter[] _undecodable;

    public LaneMetrics(MetricRegistry registry, ILaneGauges lane)
    {
        Gauge("connected", "Whether the connection to the engine's events is up.", () => lane.IsConnected ? 1 : 0);
        Gauge("lane_complete", "Whether the lane knows everything the engine holds (1), or only what came since a hole (0).", () => lane.IsComplete ? 1 : 0);
        Gauge("lane_blocked", "Whether the lane waits for room in an output and does not read the engine.", () => lane.IsBlocked ? 1 : 0);
        Gauge("last_sequence", "Sequence of the last batch applied.", () => lane.LastSequence);
        Gauge("last_event_id", "Id of the last event published.", () => lane.LastEventId);
        Gauge("epoch_timestamp_seconds", "When the lane began this life of the engine.", () => lane.Epoch / 1000.0);
        Gauge("index_blocks", "Blocks of the rank in the index.", () => lane.IndexBlocks);
        Gauge("receive_queue_batches", "Batches received and not yet processed.", () => lane.ReceivePending);
        Gauge("receive_queue_capacity", "Bound of batches received and not yet processed; beyond it the ZeroMQ library keeps them up to its own bound.", () => lane.ReceiveCapacity);
        Gauge("publish_queue_messages", "Messages waiting until NATS has stored them.", () => lane.PublishDepth);
        Gauge("publish_queue_capacity", "Bound of messages waiting until NATS has stored them.", () => lane.PublishCapacity);
        Gauge("publish_queue_bytes", "Bytes waiting until NATS has stored them.", () => lane.PublishBytes);
        registry.CounterFunction(Name("connections_total"), "Connections made to the engine's events, the first included.", () => lane.Connections);
        registry.CounterFunction(Name("malformed_messages_total"), "Messages that were no batch: another number of frames, or a sequence that is not eight bytes long.", () => lane.Malformed);
        registry.CounterFunction(Name("oversized_messages_total"), "Messages larger than Relay:MaxMessageBytes, dropped.", () => lane.Oversized);
        Batches = Counter("batches_total", "Batches applied, replayed ones included.");
        Gaps = Counter("sequence_gaps_total", "Gaps found in the engine's sequence.");
        Duplicates = Counter("duplicate_batches_total", "Batches that had been applied already.");
        Recovered = Counter("recovered_batches_total", "Batches that were missing and came by replay.");
        Lost = Counter("lost_batches_total", "Batches that were missing and that no replay gave.");
        Cleared = Counter("cleared_published_total", "Times the lane published cleared by itself, because it could not vouch for what routers knew.");
        var restarts = registry.CounterVector(Name("epochs_total"), "Times the lane began anew, by cause.", "cause");
        Starts = restarts.With("relay_start");
        EngineRestarts = restarts.With("engine_restart");
        var replays = registry.CounterVector(Name("replays_total"), "Replays asked of the engine, by result.", "result");
        ReplayCaughtUp = replays.With("caught_up");
        ReplayHole = replays.With("hole");
        ReplayRestarted = replays.With("engine_restarted");
        ReplayTimedOut = replays.With("timed_out");
        var undecodable = registry.CounterVector(Name("undecodable_batches_total"), "Batches that could not be decoded as a whole, by reason.", "reason");
        _undecodable = [.. Enum.GetValues<KvBatchStatus>().Select(s => s == KvBatchStatus.Ok ? null! : undecodable.With(KvBatchStatuses.Label(s)))];
        Lag = registry.Histogram(
            Name("event_lag_seconds"),
            "Time from the engine's timestamp of a live batch to its being applied.",
            [.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60]);

        void Gauge(string name, string help, Func<double> read) => registry.GaugeFunction(Name(name), help, read);

        Counter Counter(string name, string help) => registry.Counter(Name(name), help);
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

    private static string Name(string name) => "dynamo_aspire_kv_" + name;
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
