using DynamoAspire.ServiceDefaults.Telemetry.Hosted;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using OpenTelemetry.Metrics;

namespace DynamoAspire.ServiceDefaults.Telemetry;

/// <summary>Registers the adapter of this build: OpenTelemetry's own hosting and Prometheus exporter.</summary>
internal static class TelemetryAdapter
{
    public static void Add(IHostApplicationBuilder builder, ServiceDescription service)
    {
        var telemetry = builder.Services.AddOpenTelemetry();
        TelemetryConfiguration.Configure(telemetry, builder.Configuration, service);
        telemetry.WithMetrics(metrics => metrics.AddPrometheusExporter(exporter =>
        {
            exporter.ScopeInfoEnabled = false;
            exporter.TargetInfoEnabled = false;

            // A scrape shows the state of its own moment; concurrent ones share a collection all the same.
            exporter.ScrapeResponseCacheDurationMilliseconds = 0;
        }));
        builder.Services.AddSingleton<ITelemetryMetrics, HostedTelemetry>();
    }
}
