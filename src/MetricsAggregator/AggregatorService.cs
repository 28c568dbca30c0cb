using DynamoAspire.MetricsAggregator.Api;
using DynamoAspire.MetricsAggregator.Collecting;
using DynamoAspire.MetricsAggregator.Discovery;
using DynamoAspire.MetricsAggregator.Load;
using DynamoAspire.MetricsAggregator.Options;
using DynamoAspire.MetricsAggregator.Otlp;
using DynamoAspire.MetricsAggregator.Page;
using DynamoAspire.MetricsAggregator.Push;
using DynamoAspire.MetricsAggregator.Reaping;
using DynamoAspire.MetricsAggregator.Selecting;
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

    // Merging what has been found takes about 50 ms for a hundred thousand series, several times that on a busy machine.
    private static readonly TimeSpan s_handOver = TimeSpan.FromMilliseconds(400);

    /// <summary>Registers the parts.</summary>
    public static void Add(WebApplicationBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = builder.AddValidatedOptions<AggregatorOptions>(AggregatorOptions.Section);
        DirectoryNames.Check(options, builder.AddEngines(), builder.ConfigurationProblems());

        // Without NATS there are no load events, but all else is served.
        builder.AddNats(HealthStatus.Degraded);
        builder.Services.AddSingleton<TargetMetrics>();
        builder.Services.AddSingleton<TargetContext>();
        builder.Services.AddSingleton<TargetSet>();
        builder.Services.AddSingleton<PushTable>();
        builder.Services.AddSingleton<PushEndpoint>();
        builder.Services.AddHostedService<HttpSdService>();
        if (options.Reaper.Enabled)
        {
            builder.Services.AddHostedService<ReaperService>();
        }

        builder.Services.AddSingleton<CollectionCases>();
        builder.Services.AddSingleton<LoadTable>();
        builder.Services.AddHostedService<LoadListener>();
        builder.Services.AddSingleton<Aggregation>();
        builder.Services.AddSingleton<SharedCollection>();
        if (options.Otlp && OtlpSettings.Read(builder.Configuration, Description.Name, builder.ConfigurationProblems()) is { } otlp)
        {
            builder.Services.AddSingleton(otlp);
            builder.Services.AddHostedService<OtlpExporter>();
        }

        builder.Services.AddSingleton<SourceEndpoint>();
        builder.Services.AddSingleton<FederateEndpoint>();
        builder.Services.AddSingleton<TargetsEndpoint>();
        builder.Services.AddSingleton<SdEndpoint>();
        builder.Services.AddSingleton<StatusPage>();
    }

    /// <summary>Maps <c>/metrics</c>, <c>/metrics/{source}</c>, <c>/federate</c>, <c>/api/v1/targets</c>, <c>/sd</c>, <c>/push/{job}</c> and <c>/</c>.</summary>
    public static void Map(WebApplication app)
    {
        ArgumentNullException.ThrowIfNull(app);
        var services = app.Services;
        var collection = services.GetRequiredService<SharedCollection>();
        var responder = new MetricsResponder(MetricsEndpointOptions.Default with { HandOverTime = s_handOver }, services.GetRequiredService<TimeProvider>());
        app.MapMethods("/metrics", [HttpMethods.Get, HttpMethods.Head], (RequestDelegate)(context => responder.ServeAsync(context, (destination, token) => collection.CollectAsync(destination, token, context.RequestAborted))));
        services.GetRequiredService<SourceEndpoint>().Map(app, responder);
        services.GetRequiredService<FederateEndpoint>().Map(app, responder);
        services.GetRequiredService<TargetsEndpoint>().Map(app);
        services.GetRequiredService<SdEndpoint>().Map(app);
        if (services.GetRequiredService<AggregatorOptions>().Push)
        {
            services.GetRequiredService<PushEndpoint>().Map(app);
        }

        app.Services.GetRequiredService<StatusPage>().Map(app);
    }
}
