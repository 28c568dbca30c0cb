using System.Buffers;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Serving;
using DynamoAspire.Metrics.Writing;
using Microsoft.AspNetCore.Http;

namespace DynamoAspire.ServiceDefaults.Exposition;

/// <summary>
/// Answers scrapes: negotiates format and encoding, collects within the time that the scraper allows, filters by <c>name[]</c>, sends. Several paths may share one, and
/// with it its bounds. Thread-safe.
/// </summary>
/// <remarks>
/// <para>503 with a line of text, which Prometheus shows as the target's error and counts as <c>up 0</c>: too many scrapes at once, too many clients that read slowly, or
/// collecting took longer than allowed. A collection that is told to stop may also return what it has; that is answered with 200.</para>
/// <para>A client that is slow to read holds nothing but its own rendered answer, for no longer than <see cref="MetricsEndpointOptions.ReadTimeLimit"/>.</para>
/// </remarks>
/// <param name="options">Bounds.</param>
/// <param name="time">Clock.</param>
public sealed class MetricsResponder(MetricsEndpointOptions options, TimeProvider time)
{
    private readonly ScrapePool _pool = new(options.MaxScrapesInFlight, options.MaxResponsesInFlight);
    private long _bytesInFlight;

    /// <summary>Answers one request.</summary>
    /// <param name="context">The request.</param>
    /// <param name="collect">Clears the snapshot and fills it, until told to stop; called per scrape, several at once.</param>
    public async Task ServeAsync(HttpContext context, Func<MetricSnapshot, CancellationToken, ValueTask> collect)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(collect);
        var request = context.Request;
        var choice = ExpositionNegotiation.Choose(request.Headers.Accept.ToString());
        if (!_pool.TryEnter(out var scrape))
        {
            await RefuseAsync(context, $"Too many scrapes at once: {options.MaxScrapesInFlight} are being collected. Scrape less often, or find out why collecting is slow.");
            return;
        }

        if (!_pool.TryTakeBody(out var body))
        {
            _pool.Leave(scrape);
            await RefuseAsync(context, $"Too many clients are slow to read: {options.MaxResponsesInFlight} answers wait for theirs.");
            return;
        }

        try
        {
            var limit = ScrapeTimeout.Budget(request.Headers[ScrapeTimeout.Header], options.CollectTimeLimit);
            if (!await TryCollectAsync(scrape, collect, limit, context.RequestAborted))
            {
                if (!context.RequestAborted.IsCancellationRequested)
                {
                    await RefuseAsync(context, $"Collecting took longer than {limit.TotalSeconds:0.###} s, which is what the scrape timeout leaves. Raise scrape_timeout, or find the slow source on the page at /.");
                }

                return;
            }

            var snapshot = scrape.Snapshot;
            try
            {
                if (NameFilter.Of(request.Query["name[]"]) is { } filter)
                {
                    filter.Apply(snapshot, scrape.Filtered);
                    snapshot = scrape.Filtered;
                }

                ExpositionWriter.Write(snapshot, choice.Format, choice.Escaping, body.Plain);
            }
            finally
            {
                // From here on the client's pace rules: nothing that others need is held.
                _pool.Leave(scrape);
            }

            var bytes = body.Plain.Length;
            if (!TryHold(bytes))
            {
                await RefuseAsync(context, $"Clients that are slow to read hold {options.MaxResponseBytesInFlight} bytes of answers already. Find out who reads slowly, or ask for less (/metrics/{{source}}, name[]).");
                return;
            }

            try
            {
                await SendAsync(context, choice, body);
            }
            finally
            {
                Interlocked.Add(ref _bytesInFlight, -bytes);
            }
        }
        finally
        {
            _pool.ReturnBody(body);
        }
    }

    /// <summary>Counts an answer's bytes as on their way; one that is alone always goes, or a large one never would.</summary>
    private bool TryHold(long bytes)
    {
        var before = Interlocked.Add(ref _bytesInFlight, bytes) - bytes;
        if (before == 0 || before + bytes <= options.MaxResponseBytesInFlight)
        {
            return true;
        }

        Interlocked.Add(ref _bytesInFlight, -bytes);
        return false;
    }

    /// <summary>Collects; when that is not done in time or fails, the scrape's buffers are given back as soon as the collection lets go of them.</summary>
    private async Task<bool> TryCollectAsync(ScrapePool.Scrape scrape, Func<MetricSnapshot, CancellationToken, ValueTask> collect, TimeSpan limit, CancellationToken aborted)
    {
        using var timeout = new CancellationTokenSource(limit, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(aborted, timeout.Token);
        Task? collecting = null;
        var done = false;
        try
        {
            collecting = collect(scrape.Snapshot, stop.Token).AsTask();
            await WaitAsync(collecting, stop.Token);
            done = true;
            return true;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return false;
        }
        finally
        {
            if (!done)
            {
                _ = LeaveWhenDoneAsync(scrape, collecting ?? Task.CompletedTask);
            }
        }
    }

    /// <summary>Waits for the collection; one that heeds its token gets a moment to hand over what it has, one that does not is given up.</summary>
    private async Task WaitAsync(Task collecting, CancellationToken stop)
    {
        if (collecting.IsCompleted)
        {
            await collecting;
            return;
        }

        var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (stop.UnsafeRegister(static s => ((TaskCompletionSource)s!).TrySetResult(), stopped))
        {
            await Task.WhenAny(collecting, stopped.Task);
        }

        // Cancelling runs the collection's own handlers first.
        if (!collecting.IsCompleted)
        {
            await Task.WhenAny(collecting, Task.Delay(options.HandOverTime, time, CancellationToken.None));
        }

        if (!collecting.IsCompleted)
        {
            throw new OperationCanceledException(stop);
        }

        await collecting;
    }

    private async Task LeaveWhenDoneAsync(ScrapePool.Scrape scrape, Task collecting)
    {
        // Whatever it ends with has been answered already.
        await collecting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _pool.Leave(scrape);
    }

    private static async Task RefuseAsync(HttpContext context, string reason)
    {
        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.WriteAsync(reason + "\n", context.RequestAborted);
    }

    private async Task SendAsync(HttpContext context, ExpositionChoice choice, ScrapeBody body)
    {
        var response = context.Response;
        response.ContentType = choice.ContentType;
        response.Headers.Vary = "Accept, Accept-Encoding";
        var content = body.Plain.Segments();
        var length = body.Plain.Length;
        if (ExpositionNegotiation.AcceptsGzip(context.Request.Headers.AcceptEncoding.ToString()))
        {
            response.Headers.ContentEncoding = "gzip";
            var compressed = body.Compress();
            (content, length) = ([compressed], compressed.Length);
        }

        response.ContentLength = length;
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }

        using var timeout = new CancellationTokenSource(options.ReadTimeLimit, time);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, timeout.Token);
        try
        {
            foreach (var segment in content)
            {
                await response.Body.WriteAsync(segment, stop.Token);
            }

            await response.Body.FlushAsync(stop.Token);
        }
        catch (OperationCanceledException)
        {
            // Too slow, or gone: the connection is of no more use.
            context.Abort();
        }
    }
}
