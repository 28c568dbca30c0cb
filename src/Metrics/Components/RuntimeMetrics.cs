using DynamoAspire.Metrics.Registry;

namespace DynamoAspire.Metrics.Components;

/// <summary>Gauges of a Dynamo runtime, under upstream's names; the uptime is brought up to date at every scrape.</summary>
/// <remarks>Registers all of them when made; make one per level of the tree. Thread-safe.</remarks>
public sealed class RuntimeMetrics
{
    /// <summary>Registers the metrics.</summary>
    /// <param name="runtime">Top of the tree.</param>
    /// <param name="time">Clock of the uptime.</param>
    /// <param name="update">Brings the gauges of the NATS client up to date before each scrape.</param>
    public RuntimeMetrics(ComponentMetrics runtime, TimeProvider? time = null, Action<RuntimeMetrics>? update = null)
    {
        ArgumentNullException.ThrowIfNull(runtime);
        var registry = runtime.Registry;
        UptimeSeconds = registry.Gauge(RuntimeDefinitions.UptimeSeconds);
        NatsClientInTotalBytes = registry.IntGauge(RuntimeDefinitions.NatsClientInTotalBytes);
        NatsClientOutOverheadBytes = registry.IntGauge(RuntimeDefinitions.NatsClientOutOverheadBytes);
        NatsClientInMessages = registry.IntGauge(RuntimeDefinitions.NatsClientInMessages);
        NatsClientOutMessages = registry.IntGauge(RuntimeDefinitions.NatsClientOutMessages);
        NatsClientCurrentConnections = registry.IntGauge(RuntimeDefinitions.NatsClientCurrentConnections);
        NatsClientConnectionState = registry.IntGauge(RuntimeDefinitions.NatsClientConnectionState);
        var clock = time ?? TimeProvider.System;
        var started = clock.GetTimestamp();
        registry.OnCollect(() => UptimeSeconds.Set(clock.GetElapsedTime(started).TotalSeconds));
        if (update is not null)
        {
            registry.OnCollect(() => update(this));
        }
    }

    /// <summary>Total uptime of the DistributedRuntime in seconds.</summary>
    public Gauge UptimeSeconds { get; }

    /// <summary>Total number of bytes received by the NATS client.</summary>
    public IntGauge NatsClientInTotalBytes { get; }

    /// <summary>Total number of bytes sent by the NATS client.</summary>
    public IntGauge NatsClientOutOverheadBytes { get; }

    /// <summary>Total number of messages received by the NATS client.</summary>
    public IntGauge NatsClientInMessages { get; }

    /// <summary>Total number of messages sent by the NATS client.</summary>
    public IntGauge NatsClientOutMessages { get; }

    /// <summary>Current number of active connections of the NATS client.</summary>
    public IntGauge NatsClientCurrentConnections { get; }

    /// <summary>Connection state of the NATS client (0 = disconnected, 1 = connected, 2 = reconnecting).</summary>
    public IntGauge NatsClientConnectionState { get; }
}
