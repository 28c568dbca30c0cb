using System.Text.Json;
using DynamoAspire.Metrics.Registration;
using DynamoAspire.MetricsAggregator.Collecting;
using DynamoAspire.MetricsAggregator.Discovery;
using DynamoAspire.MetricsAggregator.Targets;

namespace DynamoAspire.MetricsAggregator.Api;

/// <summary><c>/api/v1/targets</c>: the state of all targets, in the shape of Prometheus' endpoint of that name. URLs are without user, password and query.</summary>
internal sealed class TargetsEndpoint(TargetSet targets, CollectionCases cases)
{
    public void Map(WebApplication app) => app.MapGet("/api/v1/targets", (RequestDelegate)ServeAsync);

    private async Task ServeAsync(HttpContext context)
    {
        var state = (string?)context.Request.Query["state"] ?? "any";
        var pool = (string?)context.Request.Query["scrapePool"];
        context.Response.ContentType = "application/json";
        context.Response.Headers.CacheControl = "no-store";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("status", "success");
        json.WriteStartObject("data");
        json.WriteStartArray("activeTargets");
        if (state is "any" or "active")
        {
            foreach (var target in targets.All.Where(t => pool is null || t.Job == pool))
            {
                WriteActive(json, target);
            }
        }

        json.WriteEndArray();
        json.WriteStartArray("droppedTargets");
        if (state is "any" or "dropped")
        {
            foreach (var (group, dropped) in targets.Groups.Where(g => pool is null || g.Options.Name == pool).SelectMany(g => g.Dropped.Select(d => (g, d))))
            {
                WriteDropped(json, group, dropped);
            }
        }

        json.WriteEndArray();
        json.WriteStartObject("droppedTargetCounts");
        foreach (var group in targets.Groups.Where(g => pool is null || g.Options.Name == pool))
        {
            json.WriteNumber(group.Options.Name, group.Dropped.Count);
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteActive(Utf8JsonWriter json, Target target)
    {
        var last = target.Last;
        json.WriteStartObject();
        WriteLabels(json, "discoveredLabels", target.DiscoveredLabels);
        WriteLabels(json, "labels", target.Labels);
        json.WriteString("scrapePool", target.Job);
        json.WriteString("scrapeUrl", target.Address);
        json.WriteString("globalUrl", target.Address);
        json.WriteString("lastError", last.Up ? "" : last.Detail);
        json.WriteString("lastScrape", last.At);
        json.WriteNumber("lastScrapeDuration", last.Duration.TotalSeconds);
        json.WriteString("health", last.At == default ? "unknown" : last.Up ? "up" : "down");
        json.WriteString("scrapeInterval", Engines.Configuration.Durations.Format(target.Interval));
        json.WriteString("scrapeTimeout", Engines.Configuration.Durations.Format(target.Timeout));

        // Beyond Prometheus' own fields.
        json.WriteString("name", target.Name);
        json.WriteString("source", target.Kind);
        json.WriteString("reason", last.Failure);
        json.WriteNumber("samples", last.Samples);
        json.WriteNumber("bodyBytes", last.Bytes);
        if (cases.Of(target.Name) is { } found)
        {
            json.WriteString("collectionCase", found.Name());
        }

        json.WriteEndObject();
    }

    private static void WriteDropped(Utf8JsonWriter json, ScrapeGroup group, FoundTarget dropped)
    {
        json.WriteStartObject();
        WriteLabels(json, "discoveredLabels", [("__address__", dropped.Url.Authority), ("job", group.Options.Name), .. dropped.Labels]);
        json.WriteString("scrapePool", group.Options.Name);
        json.WriteEndObject();
    }

    private static void WriteLabels(Utf8JsonWriter json, string name, IReadOnlyList<(string Name, string Value)> labels)
    {
        json.WriteStartObject(name);
        foreach (var (key, value) in labels.DistinctBy(l => l.Name))
        {
            // Parameters of the address are where tokens are put; their names are enough to find a mistake.
            json.WriteString(key, key.StartsWith("__param_", StringComparison.Ordinal) ? "***" : value);
        }

        json.WriteEndObject();
    }
}
