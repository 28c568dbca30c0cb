using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Registry;
using DynamoAspire.ServiceDefaults.Telemetry;

namespace DynamoAspire.ServiceDefaults.Exposition;

/// <summary>Everything this service has to say of itself: its registry, then what OpenTelemetry's meters have collected.</summary>
public sealed class ServiceMetrics
{
    private readonly MetricRegistry _registry;
    private readonly ITelemetryMetrics _telemetry;
    private readonly Counter _clashes;

    internal ServiceMetrics(MetricRegistry registry, ITelemetryMetrics telemetry)
    {
        _registry = registry;
        _telemetry = telemetry;
        _clashes = registry.Counter("dynamo_aspire_own_metric_clashes_total", "Families of a meter that were left out because the registry has one of that name; counted per scrape.");
    }

    /// <summary>Clears the snapshot and fills it with the state of now. Any number of collections may run at once, each with its own snapshot.</summary>
    public async ValueTask CollectAsync(MetricSnapshot destination, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(destination);
        var meters = new MetricSnapshot();
        await _telemetry.CollectAsync(meters, cancellationToken);
        _registry.Collect(destination);
        Append(destination, meters);
    }

    private void Append(MetricSnapshot destination, MetricSnapshot meters)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < destination.FamilyCount; i++)
        {
            names.Add(destination[i].Header.DisplayName);
        }

        for (var i = 0; i < meters.FamilyCount; i++)
        {
            var family = meters[i];
            if (names.Add(family.Header.DisplayName))
            {
                destination.BeginFamily(family.Header);
                destination.AddRange(family.Samples);
            }
            else
            {
                _clashes.Inc();
            }
        }
    }
}
