using DynamoAspire.Engines;
using DynamoAspire.Metrics.Registry;

namespace DynamoAspire.StatPublisher.Ranks;

/// <summary>
/// Gauges of the ranks. Those of Dynamo's worker (<c>dynamo_component_total_blocks</c>, <c>dynamo_component_gpu_cache_usage_percent</c>, a share of 0 to 1 despite its name)
/// carry the component labels that Dynamo gives them. A rank that is withdrawn takes its series along: a last value that stays would look alive.
/// </summary>
internal sealed class RankGauges
{
    private readonly Dictionary<(string Namespace, string Component, string Endpoint), ComponentGauges> _components = [];
    private readonly ComponentMetrics _runtime = ComponentMetrics.Runtime();
    private readonly MetricVector<Gauge> _running;
    private readonly MetricVector<Gauge> _waiting;
    private readonly MetricVector<Gauge> _hitRatio;
    private readonly MetricVector<Gauge> _lastRecord;

    public RankGauges(MetricRegistry registry)
    {
        ArgumentNullException.ThrowIfNull(registry);
        registry.AddChild(_runtime.Registry);
        _running = registry.GaugeVector(StatPublisherMetrics.StatRunningRequests);
        _waiting = registry.GaugeVector(StatPublisherMetrics.StatWaitingRequests);
        _hitRatio = registry.GaugeVector(StatPublisherMetrics.StatPrefixCacheHitRatio);
        _lastRecord = registry.GaugeVector(StatPublisherMetrics.StatLastRecordTimestampSeconds);
    }

    /// <summary>Handles of one rank; the series are there from its first record on.</summary>
    public Handles Bind(EngineRank rank)
    {
        var identity = rank.Engine.Identity;
        string[] own = [rank.RankText, identity.Name, identity.Model, identity.WorkerIdText];
        string[] component = [rank.RankText, identity.Name, identity.Model, identity.Model, identity.WorkerIdText];
        var gauges = Component(identity);
        return new Handles(
            new(gauges.TotalBlocks, component), new(gauges.Usage, component), new(_running, own), new(_waiting, own), new(_hitRatio, own), new(_lastRecord, own));
    }

    private ComponentGauges Component(EngineIdentity identity)
    {
        var key = (identity.Namespace, identity.Component, identity.Endpoint);
        if (!_components.TryGetValue(key, out var gauges))
        {
            var registry = _runtime.Namespace(identity.Namespace).Component(identity.Component).Endpoint(identity.Endpoint).Registry;
            gauges = new(
                registry.GaugeVector(StatPublisherMetrics.TotalBlocks),
                registry.GaugeVector(StatPublisherMetrics.GpuCacheUsagePercent));
            _components.Add(key, gauges);
        }

        return gauges;
    }

    private sealed record ComponentGauges(MetricVector<Gauge> TotalBlocks, MetricVector<Gauge> Usage);

    /// <summary>The gauges of one rank.</summary>
    internal sealed record Handles(RankGauge TotalBlocks, RankGauge Usage, RankGauge Running, RankGauge Waiting, RankGauge HitRatio, RankGauge LastRecord)
    {
        /// <summary>Takes all series of the rank out of what is reported.</summary>
        public void Remove()
        {
            foreach (var gauge in (ReadOnlySpan<RankGauge>)[TotalBlocks, Usage, Running, Waiting, HitRatio, LastRecord])
            {
                gauge.Remove();
            }
        }
    }
}
