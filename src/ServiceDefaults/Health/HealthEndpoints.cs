using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace DynamoAspire.ServiceDefaults.Health;

/// <summary>
/// <c>/health</c> and <c>/-/ready</c> answer for all checks, <c>/alive</c> and <c>/-/healthy</c> for those tagged <see cref="LiveTag"/>:
/// 200 when healthy or degraded, 503 when not. The body names checks and their states and nothing of the configuration.
/// </summary>
internal static class HealthEndpoints
{
    public const string LiveTag = "live";

    private static readonly string[] s_readyPaths = ["/-/ready"];
    private static readonly string[] s_livePaths = ["/alive", "/-/healthy"];

    public static void Map(WebApplication app, string? healthPath)
    {
        string[] ready = healthPath is null ? s_readyPaths : [healthPath, .. s_readyPaths];
        ExcludeFromTraces(app, [.. ready, .. s_livePaths]);
        foreach (var path in ready)
        {
            app.MapHealthChecks(path, new HealthCheckOptions { ResponseWriter = WriteAsync }).DisableHttpMetrics();
        }

        foreach (var path in s_livePaths)
        {
            app.MapHealthChecks(path, new HealthCheckOptions { Predicate = c => c.Tags.Contains(LiveTag), ResponseWriter = WriteAsync }).DisableHttpMetrics();
        }
    }

    /// <summary>Probes come every few seconds for ever: their traces would bury the others.</summary>
    private static void ExcludeFromTraces(WebApplication app, string[] paths) => app.Use((context, next) =>
    {
        if (Activity.Current is { } activity && Array.Exists(paths, p => context.Request.Path.Equals(p, StringComparison.OrdinalIgnoreCase)))
        {
            // Exporters take recorded activities only.
            activity.ActivityTraceFlags &= ~ActivityTraceFlags.Recorded;
            activity.IsAllDataRequested = false;
        }

        return next(context);
    });

    private static async Task WriteAsync(HttpContext context, HealthReport report)
    {
        context.RequestServices.GetRequiredService<HealthChanges>().Observe(report);
        context.Response.ContentType = "application/json";
        await using var json = new Utf8JsonWriter(context.Response.BodyWriter);
        json.WriteStartObject();
        json.WriteString("status", Word(report.Status));
        json.WriteStartObject("checks");
        foreach (var (name, entry) in report.Entries)
        {
            json.WriteString(name, Word(entry.Status));
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string Word(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => "healthy",
        HealthStatus.Degraded => "degraded",
        _ => "unhealthy",
    };
}
