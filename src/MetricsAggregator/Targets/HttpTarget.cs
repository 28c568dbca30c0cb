using System.Buffers;
using System.Net.Sockets;
using DynamoAspire.Metrics.Merging;
using DynamoAspire.Metrics.Parsing;
using DynamoAspire.Metrics.Writing;

namespace DynamoAspire.MetricsAggregator.Targets;

/// <summary>The metrics page of an engine.</summary>
internal sealed class HttpTarget : Target
{
    public const string SourceKind = "scrape";

    private readonly Uri _url;
    private readonly HttpClient _client;
    private readonly ExpositionLimits _limits;
    private readonly ExpositionLoader _loader;
    private readonly long[] _skippedBefore = new long[ExpositionErrorReasons.All.Count + 1];

    public HttpTarget(string name, Uri url, IReadOnlyList<(string Name, string Value)> labels, ExpositionLimits limits, HttpClient client, TargetMeters meters)
        : base(name, SourceKind, url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped), new MergeSource($"scrape of {name}", name), meters)
    {
        _url = url;
        _client = client;
        _limits = limits;
        _loader = new ExpositionLoader(new ExpositionLoaderOptions { Labels = labels, Limits = limits });
    }

    protected override async Task<TargetResult> TryCollectAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(timeout);
        try
        {
            return await ScrapeAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new TargetResult(false, "timeout", $"no complete answer within {timeout.TotalSeconds:0.###} s");
        }
        catch (HttpRequestException e) when (e.InnerException is RefusedAddressException)
        {
            return new TargetResult(false, "refused_address", "its name leads to a link-local address, which is not scraped");
        }
        catch (HttpRequestException e)
        {
            return e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionRefused }
                ? new TargetResult(false, "connect", "nobody listens there; is the engine up?")
                : new TargetResult(false, e.HttpRequestError == HttpRequestError.SecureConnectionError ? "tls" : "connect", e.Message);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            return new TargetResult(false, "read", e.Message);
        }
    }

    private async Task<TargetResult> ScrapeAsync(CancellationToken cancellationToken)
    {
        using var response = await _client.GetAsync(_url, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            return new TargetResult(false, "http_status", $"answered {(int)response.StatusCode} {response.ReasonPhrase}");
        }

        var format = response.Content.Headers.ContentType?.MediaType == "application/openmetrics-text" ? ExpositionFormat.OpenMetrics : ExpositionFormat.Text;
        var buffer = ArrayPool<byte>.Shared.Rent((int)Math.Clamp(response.Content.Headers.ContentLength ?? 0, 64 * 1024, 1024 * 1024));
        try
        {
            var length = 0;
            await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
            while (true)
            {
                if (length == buffer.Length)
                {
                    buffer = Grow(buffer);
                }

                var read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken);
                if (read == 0)
                {
                    return Load(buffer.AsSpan(0, length), format);
                }

                length += read;
                if (length > _limits.BodySize)
                {
                    return Limited(ExpositionErrorReason.BodySizeLimit.Name(), length);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private TargetResult Load(ReadOnlySpan<byte> body, ExpositionFormat format)
    {
        var result = _loader.Load(body, format, Snapshot);
        foreach (var reason in ExpositionErrorReasons.All)
        {
            var total = _loader.SkippedTotal(reason);
            if (total > _skippedBefore[(int)reason] && !reason.IsLimit())
            {
                Meters.Skipped(reason.Name(), total - _skippedBefore[(int)reason]);
            }

            _skippedBefore[(int)reason] = total;
        }

        return result.Succeeded
            ? new TargetResult(true, Detail: result.SkippedLines == 0 ? "" : $"{result.SkippedLines} lines left out; {result.Error}") { Samples = result.Samples, Bytes = body.Length }
            : Limited(result.Error.Reason.Name(), body.Length);
    }

    private TargetResult Limited(string limit, int bytes)
    {
        Meters.LimitExceeded(limit);
        return new TargetResult(false, limit, $"its answer is beyond {limit}") { Bytes = bytes };
    }

    private static byte[] Grow(byte[] buffer)
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.CopyTo(larger, 0);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }
}
