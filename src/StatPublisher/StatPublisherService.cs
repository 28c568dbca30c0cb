using System.Text.Json;
using DynamoAspire.ServiceDefaults;
using DynamoAspire.ServiceDefaults.Configuration;
using DynamoAspire.ServiceDefaults.Connections;
using DynamoAspire.StatPublisher.Health;
using DynamoAspire.StatPublisher.Loads;
using DynamoAspire.StatPublisher.Ranks;
using DynamoAspire.StatPublisher.Records;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace DynamoAspire.StatPublisher;

/// <summary>Scheduler statistics of the engines in, load events out.</summary>
internal static class StatPublisherService
{
    public static ServiceDescription Description { get; } = new() { Name = "stat-publisher", DefaultPort = 9420 };

    public static void Add(WebApplicationBuilder builder)
    {
        builder.AddEngines();
        builder.AddValidatedOptions<StatPublisherOptions>(StatPublisherOptions.Section);

        // Without NATS the gauges are still right, and what is published last is kept for its return.
        builder.AddNats(whileAway: HealthStatus.Degraded);
        builder.AddZmq();
        builder.Services.AddSingleton<StatMetrics>();
        builder.Services.AddSingleton<RankGauges>();
        builder.Services.AddSingleton<RankTable>();
        builder.Services.AddHostedService<LoadResender>();
        builder.Services.AddSingleton<StatReceiver>();
        builder.Services.AddHostedService(services => services.GetRequiredService<StatReceiver>());
        builder.Services.AddHostedService<EngineMonitor>();
    }

    public static void Map(WebApplication app) => app.MapGet("/v1/ranks", WriteRanksAsync);

    /// <summary>What is known of each rank: <c>[{"engine","worker_id","dp_rank","state","used_blocks"}]</c>; used_blocks is null where nothing is known.</summary>
    private static async Task WriteRanksAsync(HttpContext context, RankTable ranks)
    {
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartArray();
        foreach (var rank in ranks.Ranks)
        {
            json.WriteStartObject();
            json.WriteString("engine", rank.Rank.Engine.Name);
            json.WriteNumber("worker_id", rank.Rank.Engine.WorkerId);
            json.WriteNumber("dp_rank", rank.Rank.Rank);
            json.WriteString("state", rank.EngineState.ToString().ToLowerInvariant());
            if (rank.Load.Observed is { } used)
            {
                json.WriteNumber("used_blocks", used);
            }
            else
            {
                json.WriteNull("used_blocks");
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
