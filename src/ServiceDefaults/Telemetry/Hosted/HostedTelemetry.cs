using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Parsing;
using DynamoAspire.Metrics.Writing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace DynamoAspire.ServiceDefaults.Telemetry.Hosted;

/// <summary>
/// Reads what the Prometheus exporter of OpenTelemetry answers. Its middleware runs against a context of our own instead of a path of the server, because
/// /metrics joins its families with those of the registry.
/// </summary>
internal sealed class HostedTelemetry : ITelemetryMetrics, IDisposable
{
    private readonly SemaphoreSlim _oneAtATime = new(1);
    private readonly ExpositionLoader _loader = new();
    private readonly MetricSnapshot _all = new();
    private readonly IServiceScopeFactory _scopes;
    private readonly RequestDelegate _exporter;

    public HostedTelemetry(IServiceProvider services)
    {
        _scopes = services.GetRequiredService<IServiceScopeFactory>();
        _exporter = new ApplicationBuilder(services).UseOpenTelemetryPrometheusScrapingEndpoint(_ => true).Build();
    }

    /// <inheritdoc/>
    public string Adapter => "hosted";

    /// <inheritdoc/>
    public async ValueTask CollectAsync(MetricSnapshot destination, CancellationToken cancellationToken)
    {
        await _oneAtATime.WaitAsync(cancellationToken);
        try
        {
            destination.Clear();
            await using var scope = _scopes.CreateAsyncScope();
            using var body = new MemoryStream();
            var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider, RequestAborted = cancellationToken };
            context.Request.Method = HttpMethods.Get;

            // OpenMetrics: its bucket bounds are canonical ("5.0"), as ours are; the older text has "5".
            context.Request.Headers.Accept = "application/openmetrics-text; version=1.0.0";
            context.Response.Body = body;
            await _exporter(context);
            if (context.Response.StatusCode != StatusCodes.Status200OK)
            {
                throw new InvalidOperationException($"OpenTelemetry's Prometheus exporter answered with status {context.Response.StatusCode}.");
            }

            _loader.Load(body.GetBuffer().AsSpan(0, (int)body.Length), ExpositionFormat.OpenMetrics, _all);
            CopyWithoutCreated(_all, destination);
        }
        finally
        {
            _oneAtATime.Release();
        }
    }

    // Start times of counters double their series and nobody asks for them; the registry has none either.
    private static void CopyWithoutCreated(MetricSnapshot source, MetricSnapshot destination)
    {
        for (var i = 0; i < source.FamilyCount; i++)
        {
            var family = source[i];
            destination.BeginFamily(family.Header);
            foreach (ref readonly var sample in family.Samples)
            {
                if (family.Header.Type is not (MetricType.Counter or MetricType.Histogram) || !sample.Series.Name.EndsWith("_created"u8))
                {
                    destination.Add(sample);
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _oneAtATime.Dispose();
}
