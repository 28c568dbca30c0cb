using System.Collections.Concurrent;
using DynamoAspire.Metrics.Model;
using DynamoAspire.MetricsAggregator.Collecting;
using DynamoAspire.ServiceDefaults.Exposition;

namespace DynamoAspire.MetricsAggregator.Selecting;

/// <summary><c>/federate?match[]=…</c>: of everything, the series that at least one of the selectors matches.</summary>
internal sealed class FederateEndpoint(SharedCollection collection)
{
    private const int MaxSelectors = 100;
    private readonly ConcurrentBag<MetricSnapshot> _free = [];

    public void Map(WebApplication app, MetricsResponder responder) => app.MapGet("/federate", (RequestDelegate)(context => ServeAsync(context, responder)));

    private async Task ServeAsync(HttpContext context, MetricsResponder responder)
    {
        var selectors = new List<SeriesSelector>();
        var given = context.Request.Query["match[]"];
        if (given.Count is 0 or > MaxSelectors)
        {
            await RefuseAsync(context, given.Count == 0 ? "Say what is wanted: /federate?match[]={__name__=~\"vllm:.*\"}, several times if need be." : $"More than {MaxSelectors} selectors.");
            return;
        }

        foreach (var text in given)
        {
            if (!SeriesSelector.TryParse(text ?? "", out var selector, out var problem))
            {
                await RefuseAsync(context, $"match[]={text}: {problem}");
                return;
            }

            selectors.Add(selector);
        }

        await responder.ServeAsync(context, (destination, token) => CollectAsync(selectors, destination, token, context.RequestAborted));
    }

    private async ValueTask CollectAsync(List<SeriesSelector> selectors, MetricSnapshot destination, CancellationToken cancellationToken, CancellationToken abandoned)
    {
        var all = _free.TryTake(out var free) ? free : new MetricSnapshot();
        try
        {
            await collection.CollectAsync(all, cancellationToken, abandoned);
            Filter(all, selectors, destination);
        }
        finally
        {
            all.Clear();
            _free.Add(all);
        }
    }

    private static void Filter(MetricSnapshot all, List<SeriesSelector> selectors, MetricSnapshot destination)
    {
        destination.Clear();
        for (var i = 0; i < all.FamilyCount; i++)
        {
            var family = all[i];
            var begun = false;
            foreach (ref readonly var sample in family.Samples)
            {
                if (!Any(selectors, sample.Series))
                {
                    continue;
                }

                if (!begun)
                {
                    destination.BeginFamily(family.Header);
                    begun = true;
                }

                destination.Add(sample);
            }
        }
    }

    private static bool Any(List<SeriesSelector> selectors, Series series)
    {
        foreach (var selector in selectors)
        {
            if (selector.Matches(series))
            {
                return true;
            }
        }

        return false;
    }

    private static Task RefuseAsync(HttpContext context, string problem)
    {
        context.Response.StatusCode = StatusCodes.Status400BadRequest;
        context.Response.ContentType = "text/plain; charset=utf-8";
        return context.Response.WriteAsync(problem + "\n", context.RequestAborted);
    }
}
