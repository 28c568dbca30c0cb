using DynamoAspire.Messaging.Nats;
using DynamoAspire.Metrics.Registry;
using DynamoAspire.ServiceDefaults.Configuration;
using DynamoAspire.ServiceDefaults.Exposition;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DynamoAspire.ServiceDefaults.Connections;

/// <summary>One NATS connection per service, with health, metrics and log lines.</summary>
public static class NatsExtensions
{
    /// <summary>
    /// Registers <see cref="INatsConnection"/>, configured by <see cref="NatsOptionsFromConfiguration"/>. It starts with the service and need not succeed:
    /// a server that is away is tried for ever.
    /// </summary>
    /// <param name="builder">The service.</param>
    /// <param name="whileAway">What <c>/health</c> says while there is no connection: unhealthy for a service that is of no use without, degraded otherwise.</param>
    public static NatsOptions AddNats(this WebApplicationBuilder builder, HealthStatus whileAway = HealthStatus.Unhealthy)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var service = builder.Services.Select(s => s.ImplementationInstance).OfType<ServiceDescription>().FirstOrDefault();
        var options = NatsOptionsFromConfiguration.Read(builder.Configuration, service?.Name ?? "dynamo-aspire", builder.ConfigurationProblems());
        builder.Services.AddSingleton(services => NatsConnections.Start(options with { TimeProvider = services.GetRequiredService<TimeProvider>() }));
        builder.Services.AddHostedService<NatsWatch>();
        builder.Services.AddHealthChecks().Add(new("nats", services => new Check(services.GetRequiredService<INatsConnection>()), whileAway, tags: null));
        return options;
    }

    private sealed class Check(INatsConnection connection) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
            Task.FromResult(connection.State == NatsConnectionState.Connected ? HealthCheckResult.Healthy() : new HealthCheckResult(context.Registration.FailureStatus, "not connected"));
    }
}

/// <summary>Starts the connection with the service, and tells what becomes of it.</summary>
internal sealed partial class NatsWatch : IHostedService
{
    private readonly INatsConnection _connection;
    private readonly ILogger<NatsWatch> _logger;
    private int _told;

    public NatsWatch(INatsConnection connection, MetricRegistry registry, ILogger<NatsWatch> logger)
    {
        _connection = connection;
        _logger = logger;
        registry.Function(ServiceMetricDefinitions.NatsConnectionState, () => (int)connection.State);
        registry.Function(ServiceMetricDefinitions.NatsConnectsTotal, () => connection.Counters.Connects);
        registry.Function(ServiceMetricDefinitions.NatsDisconnectsTotal, () => connection.Counters.Disconnects);
        registry.Function(ServiceMetricDefinitions.NatsPublishedMessagesTotal, () => connection.Counters.MessagesOut);
        registry.Function(ServiceMetricDefinitions.NatsPublishedBytesTotal, () => connection.Counters.BytesOut);
        registry.Function(ServiceMetricDefinitions.NatsReceivedMessagesTotal, () => connection.Counters.MessagesIn);
        registry.Function(ServiceMetricDefinitions.NatsReceivedBytesTotal, () => connection.Counters.BytesIn);
        registry.Function(ServiceMetricDefinitions.NatsPublishFailuresTotal, () => connection.Counters.PublishFailures);
        registry.Function(ServiceMetricDefinitions.NatsDroppedMessagesTotal, () => connection.Counters.Dropped);
        registry.Function(ServiceMetricDefinitions.NatsErrorsTotal, () => connection.Counters.Errors);
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        _connection.StateChanged += Changed;

        // The first attempt may have ended before the handler was there.
        if (_connection.State == NatsConnectionState.Connected || _connection.LastError is not null)
        {
            Changed(_connection.State);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        _connection.StateChanged -= Changed;
        return Task.CompletedTask;
    }

    private void Changed(NatsConnectionState state)
    {
        // One line when it goes and one when it comes, not one per attempt.
        var connected = state == NatsConnectionState.Connected;
        if (Interlocked.Exchange(ref _told, connected ? 1 : 2) == (connected ? 1 : 2))
        {
            return;
        }

        if (connected)
        {
            LogConnected(_logger, _connection.Server ?? "?", _connection.Adapter);
        }
        else
        {
            LogAway(_logger, _connection.LastError ?? "not connected yet");
        }
    }

    [LoggerMessage(EventId = 20, Level = LogLevel.Information, Message = "Connected to NATS at {Server} ({Adapter})")]
    private static partial void LogConnected(ILogger logger, string server, string adapter);

    [LoggerMessage(EventId = 21, Level = LogLevel.Warning, Message = "No connection to NATS ({Reason}); trying again for ever. Is the server up, and ConnectionStrings:nats or NATS_SERVER right?")]
    private static partial void LogAway(ILogger logger, string reason);
}
