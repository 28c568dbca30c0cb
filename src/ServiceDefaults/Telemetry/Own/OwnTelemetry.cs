using DynamoAspire.Metrics.Model;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace DynamoAspire.ServiceDefaults.Telemetry.Own;

/// <summary>Runs the OpenTelemetry SDK by itself and reads its meters through our own reader.</summary>
internal sealed class OwnTelemetry : ITelemetryMetrics, IDisposable
{
    private readonly SemaphoreSlim _oneAtATime = new(1);
    private readonly SnapshotExporter _exporter = new();
    private readonly OpenTelemetrySdk _sdk;

    public OwnTelemetry(IConfiguration configuration, ServiceDescription service)
    {
        var reader = new BaseExportingMetricReader(_exporter) { TemporalityPreference = MetricReaderTemporalityPreference.Cumulative };
        _sdk = OpenTelemetrySdk.Create(telemetry =>
        {
            // The SDK has services of its own: without this it would read the environment only, and not the command line or appsettings.json.
            telemetry.Services.AddSingleton(configuration);

            // What the host lets through is sent; the SDK's own logger factory would filter a second time.
            telemetry.Services.Configure<LoggerFilterOptions>(o => o.MinLevel = LogLevel.Trace);
            TelemetryConfiguration.Configure(telemetry, configuration, service);
            telemetry.WithMetrics(metrics => metrics.AddReader(reader));
        });
    }

    /// <inheritdoc/>
    public string Adapter => "own";

    /// <summary>Where the host's log records are passed on to.</summary>
    public ILoggerFactory Loggers => _sdk.GetLoggerFactory();

    /// <inheritdoc/>
    public async ValueTask CollectAsync(MetricSnapshot destination, CancellationToken cancellationToken)
    {
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            destination.Clear();
            _exporter.Destination = destination;

            // Set by the reader; a reader of a pull exporter collects in no other way.
            _exporter.Collect!(Timeout.Infinite);
        }
        finally
        {
            _exporter.Destination = null;
            _oneAtATime.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _sdk.Dispose();
        _oneAtATime.Dispose();
    }
}
