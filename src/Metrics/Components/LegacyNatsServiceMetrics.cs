using DynamoAspire.Metrics.Registry;

namespace DynamoAspire.Metrics.Components;

/// <summary>Gauges of a Dynamo runtime of release 0.7 and before about its NATS services.</summary>
/// <remarks>Registers all of them when made; make one per level of the tree. Thread-safe.</remarks>
public sealed class LegacyNatsServiceMetrics
{
    /// <summary>Registers the metrics.</summary>
    /// <param name="level">Level of the service.</param>
    public LegacyNatsServiceMetrics(ComponentMetrics level)
    {
        ArgumentNullException.ThrowIfNull(level);
        var registry = level.Registry;
        NatsClientConnects = registry.IntGauge(LegacyNatsServiceDefinitions.NatsClientConnects);
        NatsServiceRequestsTotal = registry.IntGauge(LegacyNatsServiceDefinitions.NatsServiceRequestsTotal);
        NatsServiceErrorsTotal = registry.IntGauge(LegacyNatsServiceDefinitions.NatsServiceErrorsTotal);
        NatsServiceProcessingMsAvg = registry.Gauge(LegacyNatsServiceDefinitions.NatsServiceProcessingMsAvg);
        NatsServiceProcessingMsTotal = registry.IntGauge(LegacyNatsServiceDefinitions.NatsServiceProcessingMsTotal);
        NatsServiceActiveServices = registry.IntGauge(LegacyNatsServiceDefinitions.NatsServiceActiveServices);
        NatsServiceActiveEndpoints = registry.IntGauge(LegacyNatsServiceDefinitions.NatsServiceActiveEndpoints);
    }

    /// <summary>Total number of connections the NATS client has made.</summary>
    public IntGauge NatsClientConnects { get; }

    /// <summary>Total number of requests handled by the NATS service.</summary>
    public IntGauge NatsServiceRequestsTotal { get; }

    /// <summary>Total number of errors of the NATS service.</summary>
    public IntGauge NatsServiceErrorsTotal { get; }

    /// <summary>Average processing time of the NATS service in milliseconds.</summary>
    public Gauge NatsServiceProcessingMsAvg { get; }

    /// <summary>Total processing time of the NATS service in milliseconds.</summary>
    public IntGauge NatsServiceProcessingMsTotal { get; }

    /// <summary>Number of active NATS services.</summary>
    public IntGauge NatsServiceActiveServices { get; }

    /// <summary>Number of active endpoints of the NATS service.</summary>
    public IntGauge NatsServiceActiveEndpoints { get; }
}
