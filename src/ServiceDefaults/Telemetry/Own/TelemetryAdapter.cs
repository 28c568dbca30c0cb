using DynamoAspire.ServiceDefaults.Telemetry.Own;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace DynamoAspire.ServiceDefaults.Telemetry;

/// <summary>Registers the adapter of this build: ours, where the packages of OpenTelemetry's hosting are missing.</summary>
internal static class TelemetryAdapter
{
    public static void Add(IHostApplicationBuilder builder, ServiceDescription service)
    {
        builder.Services.AddSingleton(services => new OwnTelemetry(services.GetRequiredService<IConfiguration>(), service));
        builder.Services.AddSingleton<ITelemetryMetrics>(services => services.GetRequiredService<OwnTelemetry>());
        if (!string.IsNullOrWhiteSpace(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            builder.Services.AddSingleton<ILoggerProvider>(services => new ForwardingLoggerProvider(services.GetRequiredService<OwnTelemetry>()));
        }
    }
}
