using System.Text.Json;
using DynamoAspire.MetricsAggregator.Collecting;
using DynamoAspire.MetricsAggregator.Targets;

namespace DynamoAspire.MetricsAggregator.Api;

/// <summary>
/// <c>/sd</c>: every source as a target of its own, in the format of Prometheus' <c>http_sd</c>, so that Prometheus scrapes sources one by one and keeps an <c>up</c> of each.
/// </summary>
internal sealed class SdEndpoint(TargetSet targets)
{
    public void Map(WebApplication app) => app.MapGet("/sd", (RequestDelegate)ServeAsync);

    private async Task ServeAsync(HttpContext context)
    {
        // The address by which the asker reached us is the one at which it will reach us again.
        var address = context.Request.Host.HasValue ? context.Request.Host.Value : "127.0.0.1:" + context.Connection.LocalPort.ToString(System.Globalization.CultureInfo.InvariantCulture);
        var sources = targets.All.GroupBy(t => t.Job, StringComparer.Ordinal).Select(g => (g.Key, Kinds: string.Join(',', g.Select(t => t.Kind).Distinct().Order(StringComparer.Ordinal))));
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartArray();
        foreach (var (source, kinds) in sources.Append((Aggregation.LoadSource, "load")).Append((Aggregation.OwnSource, "self")))
        {
            json.WriteStartObject();
            json.WriteStartArray("targets");
            json.WriteStringValue(address);
            json.WriteEndArray();
            json.WriteStartObject("labels");
            json.WriteString("__metrics_path__", "/metrics/" + Uri.EscapeDataString(source));
            json.WriteString("__meta_dynamo_aspire_source", source);
            json.WriteString("__meta_dynamo_aspire_kinds", kinds);

            // Without it all sources would have one instance, the aggregator's address, and be one target to Prometheus but for the path.
            json.WriteString("instance", source);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
