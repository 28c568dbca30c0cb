using System.IO.Compression;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Writing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace DynamoAspire.ServiceDefaults.Exposition;

/// <summary>Serves metric families over HTTP: text 0.0.4 or OpenMetrics by <c>Accept</c>, gzip by <c>Accept-Encoding</c>, bounded in number and in time.</summary>
public static class MetricsEndpoint
{
    /// <summary>Scrapes served at once; a further one gets 503.</summary>
    public const int MaxScrapesInFlight = 40;

    /// <summary>A client that takes longer to read the response is cut off.</summary>
    public static readonly TimeSpan ReadTimeLimit = TimeSpan.FromSeconds(10);

    /// <summary>Maps a path.</summary>
    /// <param name="endpoints">Where to map.</param>
    /// <param name="path">Path, such as <c>/metrics</c>.</param>
    /// <param name="collect">Clears the snapshot and fills it; called per scrape, several at once.</param>
    public static IEndpointConventionBuilder MapMetrics(this IEndpointRouteBuilder endpoints, string path, Func<MetricSnapshot, CancellationToken, ValueTask> collect)
    {
        ArgumentNullException.ThrowIfNull(collect);
        var scrapes = new ScrapeBuffers(MaxScrapesInFlight);
        return endpoints.MapMethods(path, [HttpMethods.Get, HttpMethods.Head], (RequestDelegate)(context => ServeAsync(context, scrapes, collect)));
    }

    private static async Task ServeAsync(HttpContext context, ScrapeBuffers scrapes, Func<MetricSnapshot, CancellationToken, ValueTask> collect)
    {
        if (!scrapes.TryEnter(out var scrape))
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            await context.Response.WriteAsync("Too many scrapes at once.\n", context.RequestAborted);
            return;
        }

        try
        {
            var format = ExpositionNegotiation.Choose(context.Request);
            await collect(scrape.Snapshot, context.RequestAborted);
            ExpositionWriter.Write(scrape.Snapshot, format, scrape.Body);
            await SendAsync(context, format, scrape.Body.WrittenMemory);
        }
        finally
        {
            scrapes.Leave(scrape);
        }
    }

    private static async Task SendAsync(HttpContext context, ExpositionFormat format, ReadOnlyMemory<byte> body)
    {
        var response = context.Response;
        response.ContentType = ExpositionContentType.Of(format);
        response.Headers.Vary = "Accept, Accept-Encoding";
        var compress = ExpositionNegotiation.AcceptsGzip(context.Request);
        if (compress)
        {
            response.Headers.ContentEncoding = "gzip";
        }
        else
        {
            response.ContentLength = body.Length;
        }

        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        limit.CancelAfter(ReadTimeLimit);
        try
        {
            if (compress)
            {
                await using var gzip = new GZipStream(response.Body, CompressionLevel.Fastest, leaveOpen: true);
                await gzip.WriteAsync(body, limit.Token);
            }
            else
            {
                await response.Body.WriteAsync(body, limit.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // Too slow, or gone: the connection is of no more use.
            context.Abort();
        }
    }
}
