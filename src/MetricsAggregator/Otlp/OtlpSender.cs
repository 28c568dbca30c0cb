using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;

namespace DynamoAspire.MetricsAggregator.Otlp;

/// <summary>
/// Posts requests to an OTLP receiver, over HTTP or gRPC. What the receiver says may be tried again (429, 502, 503, 504, and connections that fail) is, with jitter and a pause that
/// doubles, as long as the export's time lasts; a <c>Retry-After</c> is heeded. Nothing is queued.
/// </summary>
internal sealed class OtlpSender : IDisposable
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(5);
    private readonly OtlpSettings _settings;
    private readonly TimeProvider _time;
    private readonly HttpClient _client;

    public OtlpSender(OtlpSettings settings, TimeProvider time)
    {
        _settings = settings;
        _time = time;
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectTimeout = TimeSpan.FromSeconds(5), ActivityHeadersPropagator = null };
        _client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Sends one request; the time limit is the token's.</summary>
    public async Task<OtlpOutcome> SendAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var pause = s_firstPause;
        while (true)
        {
            var (outcome, wait) = await TryAsync(body, cancellationToken);
            if (!outcome.MayRetry)
            {
                return outcome;
            }

            // Jitter of a half: receivers that come back are not met by everybody at once.
            var next = wait ?? pause * (0.5 + Random.Shared.NextDouble());
            try
            {
                await Task.Delay(next, _time, cancellationToken);
            }
            catch (OperationCanceledException)
            {
                return outcome with { MayRetry = false };
            }

            pause = pause * 2 < s_longestPause ? pause * 2 : s_longestPause;
        }
    }

    public void Dispose() => _client.Dispose();

    private async Task<(OtlpOutcome Outcome, TimeSpan? Wait)> TryAsync(ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        try
        {
            using var request = Create(body);
            using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseContentRead, cancellationToken);
            var answer = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            if (response.IsSuccessStatusCode)
            {
                return (_settings.IsGrpc ? Grpc(response, answer) : OtlpOutcome.Success(answer), null);
            }

            var mayRetry = response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;
            return (new OtlpOutcome(mayRetry ? "unavailable" : "refused", $"it answered {(int)response.StatusCode} {response.ReasonPhrase}", mayRetry), RetryAfter(response));
        }
        catch (OperationCanceledException)
        {
            return (new OtlpOutcome("timeout", "it did not answer in time", false), null);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return (new OtlpOutcome("connect", e.Message, true), null);
        }
    }

    private HttpRequestMessage Create(ReadOnlyMemory<byte> body)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, _settings.Endpoint);
        var packed = _settings.Gzip ? Compress(body) : body;
        if (_settings.IsGrpc)
        {
            request.Version = HttpVersion.Version20;
            request.VersionPolicy = HttpVersionPolicy.RequestVersionExact;
            request.Headers.TE.ParseAdd("trailers");

            // Length-prefixed message: compressed flag, four bytes of length, message.
            var framed = new byte[packed.Length + 5];
            framed[0] = _settings.Gzip ? (byte)1 : (byte)0;
            BinaryPrimitives.WriteInt32BigEndian(framed.AsSpan(1), packed.Length);
            packed.CopyTo(framed.AsMemory(5));
            request.Content = new ByteArrayContent(framed);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
            if (_settings.Gzip)
            {
                request.Headers.TryAddWithoutValidation("grpc-encoding", "gzip");
            }
        }
        else
        {
            request.Content = new ReadOnlyMemoryContent(packed);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-protobuf");
            if (_settings.Gzip)
            {
                request.Content.Headers.ContentEncoding.Add("gzip");
            }
        }

        foreach (var (name, value) in _settings.Headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }

    private static OtlpOutcome Grpc(HttpResponseMessage response, byte[] answer)
    {
        // The status stands in the trailers, or in the headers where there is no message.
        var text = response.TrailingHeaders.TryGetValues("grpc-status", out var trailing) ? trailing.First()
            : response.Headers.TryGetValues("grpc-status", out var leading) ? leading.First() : "2";
        _ = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var status);
        if (status == 0)
        {
            return OtlpOutcome.Success(answer.Length > 5 ? answer.AsSpan(5) : default);
        }

        // Cancelled, deadline exceeded, resource exhausted, aborted, out of range, unavailable, data loss.
        var mayRetry = status is 1 or 4 or 8 or 10 or 11 or 14 or 15;
        return new OtlpOutcome(mayRetry ? "unavailable" : "refused", $"it answered gRPC status {status}", mayRetry);
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        var wait = response.Headers.RetryAfter switch
        {
            { Delta: { } delta } => delta,
            { Date: { } date } => date - _time.GetUtcNow(),
            _ => (TimeSpan?)null,
        };
        return wait is { } time && time > TimeSpan.Zero ? time : null;
    }

    private static byte[] Compress(ReadOnlyMemory<byte> body)
    {
        using var packed = new MemoryStream(body.Length / 4);
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(body.Span);
        }

        return packed.ToArray();
    }
}
