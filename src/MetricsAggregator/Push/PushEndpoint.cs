using System.Buffers;
using System.Net;
using DynamoAspire.Metrics.Writing;
using DynamoAspire.MetricsAggregator.Options;

namespace DynamoAspire.MetricsAggregator.Push;

/// <summary>
/// <c>PUT</c> or <c>POST /push/{job}</c> with exposition text as its body; <c>DELETE</c> forgets. For processes of this machine only: what comes over the network, through a proxy or out
/// of a browser's page is refused.
/// </summary>
internal sealed class PushEndpoint(PushTable table, AggregatorOptions options)
{
    private const int MaxJobLength = 128;
    private static readonly TimeSpan s_readLimit = TimeSpan.FromSeconds(10);
    private static readonly string[] s_writing = [HttpMethods.Put, HttpMethods.Post];

    public void Map(WebApplication app)
    {
        app.MapMethods("/push/{job}", s_writing, (RequestDelegate)PutAsync);
        app.MapDelete("/push/{job}", (RequestDelegate)DeleteAsync);
    }

    private async Task PutAsync(HttpContext context)
    {
        if (!await AdmitAsync(context))
        {
            return;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        limit.CancelAfter(s_readLimit);
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Min(context.Request.ContentLength ?? (64 * 1024), options.PushBodyLimit) + 1);
        try
        {
            var length = 0;
            while (true)
            {
                if (length == buffer.Length)
                {
                    var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
                    buffer.CopyTo(larger, 0);
                    ArrayPool<byte>.Shared.Return(buffer);
                    buffer = larger;
                }

                var read = await context.Request.Body.ReadAsync(buffer.AsMemory(length), limit.Token);
                length += read;
                if (length > options.PushBodyLimit)
                {
                    table.Note(PushOutcome.TooLarge);
                    await AnswerAsync(context, StatusCodes.Status413PayloadTooLarge, $"More than {options.PushBodyLimit} bytes; see Aggregator:PushBodyLimit.");
                    return;
                }

                if (read == 0)
                {
                    break;
                }
            }

            await TakeAsync(context, buffer.AsMemory(0, length));
        }
        catch (OperationCanceledException)
        {
            context.Abort();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private Task TakeAsync(HttpContext context, ReadOnlyMemory<byte> body)
    {
        var format = context.Request.ContentType?.StartsWith("application/openmetrics-text", StringComparison.OrdinalIgnoreCase) == true ? ExpositionFormat.OpenMetrics : ExpositionFormat.Text;
        return table.Put(Job(context), body.Span, format, out var problem) switch
        {
            PushOutcome.Taken => AnswerAsync(context, StatusCodes.Status204NoContent, null),
            PushOutcome.TooManyJobs => AnswerAsync(context, StatusCodes.Status429TooManyRequests, $"There are {options.MaxPushedJobs} jobs already; see Aggregator:MaxPushedJobs."),
            _ => AnswerAsync(context, StatusCodes.Status400BadRequest, $"Nothing was taken: {problem}"),
        };
    }

    private async Task DeleteAsync(HttpContext context)
    {
        if (await AdmitAsync(context))
        {
            await AnswerAsync(context, table.Delete(Job(context)) ? StatusCodes.Status204NoContent : StatusCodes.Status404NotFound, null);
        }
    }

    private async Task<bool> AdmitAsync(HttpContext context)
    {
        var headers = context.Request.Headers;
        var isLocal = context.Connection.RemoteIpAddress is { } address && IPAddress.IsLoopback(address)
            && !headers.ContainsKey("X-Forwarded-For") && !headers.ContainsKey("Forwarded") && !headers.ContainsKey("Origin");
        if (!isLocal)
        {
            table.Note(PushOutcome.Refused);
            await AnswerAsync(context, StatusCodes.Status403Forbidden, "Only processes of this machine may push.");
            return false;
        }

        if (Job(context) is not { Length: > 0 and <= MaxJobLength } job || job.AsSpan().ContainsAnyInRange('\0', '\u001f'))
        {
            await AnswerAsync(context, StatusCodes.Status400BadRequest, $"The job's name is empty or longer than {MaxJobLength} characters.");
            return false;
        }

        // The name stands in the path of /metrics/{source} and beside the sources that are always there.
        if (job.Contains('/', StringComparison.Ordinal) || job.Contains('%', StringComparison.Ordinal) || job is Collecting.Aggregation.OwnSource or Collecting.Aggregation.LoadSource)
        {
            await AnswerAsync(context, StatusCodes.Status400BadRequest, "The job's name has a slash or a percent sign, or is 'self' or 'load', which /metrics/{source} has already. Choose another.");
            return false;
        }

        return true;
    }

    private static string Job(HttpContext context) => (string?)context.Request.RouteValues["job"] ?? "";

    private static async Task AnswerAsync(HttpContext context, int status, string? text)
    {
        context.Response.StatusCode = status;
        if (text is not null)
        {
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.WriteAsync(text + "\n", context.RequestAborted);
        }
    }
}
