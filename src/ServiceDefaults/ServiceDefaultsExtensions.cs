using DynamoAspire.Metrics.Registry;
using DynamoAspire.ServiceDefaults.Configuration;
using DynamoAspire.ServiceDefaults.Exposition;
using DynamoAspire.ServiceDefaults.Health;
using DynamoAspire.ServiceDefaults.Hosting;
using DynamoAspire.ServiceDefaults.Telemetry;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace DynamoAspire.ServiceDefaults;

/// <summary>
/// What all services share, close to Aspire's template: OpenTelemetry for logs, traces and metrics, sent by OTLP when OTEL_EXPORTER_OTLP_ENDPOINT is set;
/// health at /health and /alive. Beyond the template:
/// /metrics (OpenTelemetry's meters and the service's own registry in one), /-/healthy and /-/ready as Prometheus' own tools have them,
/// build and process metrics, loopback by default, service names of services__* resolved by our own resolver (DynamoAspire.Engines.Discovery),
/// options that are refused together (ConfigurationExtensions), supervised background services, a stop within 5 s, exit codes (ServiceExitCodes).
/// </summary>
public static class ServiceDefaultsExtensions
{
    /// <summary>How long a stop may take before what still runs is abandoned.</summary>
    public static readonly TimeSpan ShutdownTimeLimit = TimeSpan.FromSeconds(5);

    /// <summary>Registers what all services share.</summary>
    public static WebApplicationBuilder AddServiceDefaults(this WebApplicationBuilder builder, ServiceDescription description)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(description);
        builder.Services.AddSingleton(description);
        builder.Services.TryAddSingleton(TimeProvider.System);
        builder.Services.AddSingleton(_ => CreateRegistry(description));
        builder.Services.AddSingleton(services => new ServiceMetrics(services.GetRequiredService<MetricRegistry>(), services.GetRequiredService<ITelemetryMetrics>(), services.GetRequiredService<ILogger<ServiceMetrics>>()));
        builder.Services.AddSingleton<Supervision>();
        builder.Services.AddSingleton<HealthChanges>();
        builder.Services.AddSingleton<ServiceFailure>();
        builder.Services.AddHealthChecks()
            .AddCheck("self", () => HealthCheckResult.Healthy(), [HealthEndpoints.LiveTag])
            .AddCheck<Supervision>("workers");
        builder.Services.Configure<HostOptions>(o => o.ShutdownTimeout = ShutdownTimeLimit);
        builder.Services.AddHostedService(_ => new ConfigurationGuard(builder.ConfigurationProblems()));
        AddConsole(builder);
        TelemetryAdapter.Add(builder, description);
        ListenAddresses.UseLoopbackByDefault(builder, description.DefaultPort);
        return builder;
    }

    /// <summary>Maps health and metrics. Call it before mapping anything else.</summary>
    public static WebApplication MapServiceDefaults(this WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var description = app.Services.GetRequiredService<ServiceDescription>();

        // Made now, not at the first scrape: meters count from here on.
        var metrics = app.Services.GetRequiredService<ServiceMetrics>();
        HealthEndpoints.Map(app, description.HealthPath);
        if (description.MetricsPath is { } path)
        {
            app.MapMetrics(path, metrics.CollectAsync);
        }

        return app;
    }

    private static MetricRegistry CreateRegistry(ServiceDescription description)
    {
        var registry = new MetricRegistry(description.Name);
        BuildInformation.Register(registry, description.Name);
        ProcessMetrics.Register(registry);
        return registry;
    }

    private static void AddConsole(WebApplicationBuilder builder)
    {
        // One line per record, as tools that read logs want it, unless somebody has chosen a format.
        if (string.IsNullOrEmpty(builder.Configuration["Logging:Console:FormatterName"]))
        {
            builder.Logging.AddSimpleConsole(o =>
            {
                o.SingleLine = true;
                o.TimestampFormat = "HH:mm:ss.fff ";
                o.UseUtcTimestamp = true;
                o.ColorBehavior = Console.IsOutputRedirected ? LoggerColorBehavior.Disabled : LoggerColorBehavior.Default;
            });
        }

        if (builder.Configuration.GetSection("Logging:LogLevel:Microsoft.AspNetCore").Value is null)
        {
            builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning);
        }

        builder.Logging.AddFilter(HealthChanges.FrameworkCategory, LogLevel.None);
    }
}
