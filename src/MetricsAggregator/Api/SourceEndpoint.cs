using DynamoAspire.MetricsAggregator.Collecting;
using DynamoAspire.ServiceDefaults.Exposition;

namespace DynamoAspire.MetricsAggregator.Api;

/// <summary><c>/metrics/{source}</c>: one engine, group, target, directory or job, asked by itself. Only names that are configured or found are known; nothing in the path leads anywhere else.</summary>
internal sealed class SourceEndpoint(Aggregation aggregation)
{
    public void Map(WebApplication app, MetricsResponder responder) => app.MapGet("/metrics/{**source}", (RequestDelegate)(context => ServeAsync(context, responder)));

    private Task ServeAsync(HttpContext context, MetricsResponder responder)
    {
        // An escaped slash stays escaped in a route.
        var source = ((string?)context.Request.RouteValues["source"] ?? "").Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
        if (aggregation.Knows(source))
        {
            return responder.ServeAsync(context, (destination, token) => aggregation.RunAsync(source, destination, token, context.RequestAborted));
        }

        context.Response.StatusCode = StatusCodes.Status404NotFound;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync("There is no such source; /sd and /api/v1/targets name them.\n", context.RequestAborted);
    }
}
