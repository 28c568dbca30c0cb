using DynamoAspire.Metrics.Model;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace DynamoAspire.ServiceDefaults.Exposition;

/// <summary>Maps paths that serve metric families: see <see cref="MetricsResponder"/> for what a scraper may ask for and what bounds it.</summary>
public static class MetricsEndpoint
{
    /// <summary>Maps a path with bounds of its own.</summary>
    /// <param name="endpoints">Where to map.</param>
    /// <param name="path">Path, such as <c>/metrics</c>.</param>
    /// <param name="collect">Clears the snapshot and fills it; called per scrape, several at once.</param>
    /// <param name="options">Bounds.</param>
    public static IEndpointConventionBuilder MapMetrics(
        this IEndpointRouteBuilder endpoints, string path, Func<MetricSnapshot, CancellationToken, ValueTask> collect, MetricsEndpointOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(collect);
        var responder = new MetricsResponder(options ?? MetricsEndpointOptions.Default, endpoints.ServiceProvider.GetService<TimeProvider>() ?? TimeProvider.System);
        return endpoints.MapMethods(path, [HttpMethods.Get, HttpMethods.Head], (RequestDelegate)(context => responder.ServeAsync(context, collect)));
    }
}
