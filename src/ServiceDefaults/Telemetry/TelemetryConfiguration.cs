using Microsoft.Extensions.Configuration;
using OpenTelemetry;
using OpenTelemetry.Logs;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace DynamoAspire.ServiceDefaults.Telemetry;

/// <summary>What is observed and where it is sent: the same for both ways of running OpenTelemetry.</summary>
internal static class TelemetryConfiguration
{
    /// <summary>Meters whose instruments are collected; a last <c>*</c> stands for anything.</summary>
    public static readonly string[] Meters = ["System.Runtime", "Microsoft.AspNetCore.*", "System.Net.Http", "System.Net.NameResolution", "DynamoAspire.*"];

    private static readonly string[] s_activitySources = ["Microsoft.AspNetCore", "System.Net.Http", "DynamoAspire.*"];

    /// <summary>Sets up an OpenTelemetry builder.</summary>
    public static void Configure(IOpenTelemetryBuilder telemetry, IConfiguration configuration, ServiceDescription service)
    {
        telemetry.ConfigureResource(resource =>
        {
            // Aspire names the resource through this variable, and the SDK reads it by itself; ours is for a service started by hand.
            if (string.IsNullOrEmpty(configuration["OTEL_SERVICE_NAME"]))
            {
                resource.AddService(service.Name, serviceVersion: Exposition.BuildInformation.Version);
            }
        });
        telemetry.WithMetrics(metrics => metrics.AddMeter(Meters));
        telemetry.WithTracing(tracing => tracing.AddSource(s_activitySources));
        telemetry.WithLogging(configureBuilder: null, configureOptions: logging =>
        {
            logging.IncludeFormattedMessage = true;
            logging.IncludeScopes = true;
        });
        if (!string.IsNullOrWhiteSpace(configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            telemetry.UseOtlpExporter();
        }
    }
}
