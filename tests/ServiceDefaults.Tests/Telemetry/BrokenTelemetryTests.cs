using DynamoAspire.Metrics.Model;
using DynamoAspire.ServiceDefaults.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DynamoAspire.ServiceDefaults.Tests.Telemetry;

public sealed class BrokenTelemetryTests
{
    [Fact]
    public async Task Scrape_WhenTheMetersCannotBeRead_HasTheRegistryAndCountsIt()
    {
        var log = new RecordedLog();
        await using var service = await TestService.StartAsync(b =>
        {
            b.Logging.AddProvider(log);
            b.Services.AddSingleton<ITelemetryMetrics>(new BrokenTelemetry());
        });

        await service.MetricsAsync();
        var text = await service.MetricsAsync();

        Assert.Contains("\ndynamo_aspire_own_telemetry_failures_total 2.0\n", text, StringComparison.Ordinal);
        Assert.Contains("\ndynamo_aspire_build_info{", text, StringComparison.Ordinal);
        Assert.DoesNotContain("half", text, StringComparison.Ordinal);
        Assert.Single(log.Lines, l => l.StartsWith("Warning: OpenTelemetry's meters could not be read", StringComparison.Ordinal));
    }

    /// <summary>Fails when it has filled half of the snapshot.</summary>
    private sealed class BrokenTelemetry : ITelemetryMetrics
    {
        public string Adapter => "broken";

        public ValueTask CollectAsync(MetricSnapshot destination, CancellationToken cancellationToken)
        {
            destination.BeginFamily(new FamilyHeader("half"u8, MetricType.Gauge, null, hasSuffix: false));
            throw new InvalidOperationException("The exporter answered with status 500.");
        }
    }
}
