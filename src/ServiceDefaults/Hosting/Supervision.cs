using System.Collections.Concurrent;
using DynamoAspire.Metrics.Registry;
using DynamoAspire.ServiceDefaults.Exposition;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging;

namespace DynamoAspire.ServiceDefaults.Hosting;

/// <summary>Knows which <see cref="SupervisedService"/>s run and which are waiting after a failure; that is also a health check. Thread-safe.</summary>
public sealed class Supervision : IHealthCheck
{
    private readonly ConcurrentDictionary<string, bool> _running = new(StringComparer.Ordinal);
    private readonly MetricVector<Counter> _failures;
    private readonly ILoggerFactory _loggers;

    /// <summary>Makes the one of a process.</summary>
    public Supervision(MetricRegistry registry, ILoggerFactory loggers, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(registry);
        _loggers = loggers;
        Time = time;
        _failures = registry.CounterVector(ServiceMetricDefinitions.WorkerFailuresTotal);
    }

    /// <summary>Clock of the workers.</summary>
    public TimeProvider Time { get; }

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_running.Values.All(running => running) ? HealthCheckResult.Healthy() : HealthCheckResult.Unhealthy());

    internal ILogger CreateLogger(Type type) => _loggers.CreateLogger(type);

    /// <summary>The series is there at 0 from the start, so that an increase is seen.</summary>
    internal void Register(string name) => _failures.With(name);

    internal void Running(string name) => _running[name] = true;

    internal void Failed(string name)
    {
        _running[name] = false;
        _failures.With(name).Inc();
    }
}
