using DynamoAspire.Engines;
using DynamoAspire.KvEventRelay.Links;
using DynamoAspire.KvEventRelay.Outputs;
using DynamoAspire.KvEventRelay.Telemetry;
using DynamoAspire.KvEvents.Index;
using DynamoAspire.Messaging.Zmq;
using DynamoAspire.Metrics.Registry;

namespace DynamoAspire.KvEventRelay.Lanes;

/// <summary>All lanes of the relay: one per rank of each engine that publishes KV events.</summary>
internal sealed class LaneSet
{
    private readonly Dictionary<(string, string, string), KvPublisherMetrics> _publishers = [];
    private readonly ComponentMetrics _components = ComponentMetrics.Runtime();

    public LaneSet(
        EngineSet engines, RelayOptions options, IZmqContext zmq, IKvIndex index, IEnumerable<IEventOutput> outputs,
        MetricRegistry registry, TimeProvider time, ILoggerFactory loggers)
    {
        registry.AddChild(_components.Registry);
        registry.Function(RelayMetrics.KvIndexHeldBlocks, () => index.BlockCount);
        registry.Function(RelayMetrics.KvIndexMemoryBytes, () => index.MemoryBytes);
        IEventOutput[] all = [.. outputs];
        Lanes =
        [
            .. engines.Ranks.Where(r => r.KvEventsConnect is not null).Select(rank => new Lane(
                rank,
                options,
                () => new ZmqEngineLink(zmq, rank, options, time),
                index,
                all.Select(o => o.CreateLane(rank)),
                PublisherOf(rank.Engine.Identity),
                registry.CreateChild($"lane {rank}", [.. rank.Labels.Select(l => (l.Key, l.Value))]),
                time,
                loggers.CreateLogger<Lane>())),
        ];
    }

    public IReadOnlyList<Lane> Lanes { get; }

    /// <summary>Engines of one endpoint share its counters, as the labels are the endpoint's.</summary>
    private KvPublisherMetrics PublisherOf(EngineIdentity identity)
    {
        var key = (identity.Namespace, identity.Component, identity.Endpoint);
        if (!_publishers.TryGetValue(key, out var metrics))
        {
            metrics = new KvPublisherMetrics(_components.Namespace(identity.Namespace).Component(identity.Component).Endpoint(identity.Endpoint).Registry);
            _publishers.Add(key, metrics);
        }

        return metrics;
    }
}
