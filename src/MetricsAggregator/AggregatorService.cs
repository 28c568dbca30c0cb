using DynamoAspire.MetricsAggregator.Collecting;
using DynamoAspire.MetricsAggregator.Load;
using DynamoAspire.MetricsAggregator.Options;
using DynamoAspire.MetricsAggregator.Page;
using DynamoAspire.MetricsAggregator.Targets;
using DynamoAspire.ServiceDefaults;
using DynamoAspire.ServiceDefaults.Configuration;
using DynamoAspire.ServiceDefaults.Connections;
using DynamoAspire.ServiceDefaults.Exposition;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace DynamoAspire.MetricsAggregator;

/// <summary>What the service consists of: the metrics of all engines on one <c>/metrics</c>, and a page that says where they come from.</summary>
public static class AggregatorService
{
    /// <summary>Name and default port. It maps <c>/metrics</c> itself, because it serves more than its own.</summary>
    public static ServiceDescription Description { get; } = new() { Name = "metrics-aggregator", DefaultPort = 9400, MetricsPath = null };

    /// <summary>Registers the parts.</summary>
    public static void Add(WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.AddValidatedOptions<AggregatorOptions>(AggregatorOptions.Section);
        builder.AddEngines();

        // Without NATS there are no load events, but all else is served.
        builder.AddNats(HealthStatus.Degraded);
        builder.Services.AddSingleton<TargetMetrics>();
        builder.Services.AddSingleton<TargetHttp>();
        builder.Services.AddSingleton<TargetSet>();
        builder.Services.AddSingleton<LoadTable>();
        builder.Services.AddHostedService<LoadListener>();
        builder.Services.AddSingleton<Aggregation>();
        builder.Services.AddSingleton<SharedCollection>();
        builder.Services.AddSingleton<StatusPage>();
    }

    /// <summary>Maps <c>/metrics</c> and <c>/</c>.</summary>
    public static void Map(WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var collection = app.Services.GetRequiredService<SharedCollection>();
        app.MapMetrics("/metrics", collection.CollectAsync);
        app.Services.GetRequiredService<StatusPage>().Map(app);
    }
}
