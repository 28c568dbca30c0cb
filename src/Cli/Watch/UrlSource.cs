using System.Net.Http.Headers;
using DynamoAspire.Cli.Pages;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Parsing;
using DynamoAspire.Metrics.Writing;

namespace DynamoAspire.Cli.Watch;

/// <summary>A metrics page.</summary>
internal sealed class UrlSource : IWatchSource, IDisposable
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(10);

    private readonly Uri _url;
    private readonly ExpositionLoader _loader = new(new ExpositionLoaderOptions { Limits = ExpositionLimits.Default with { Samples = 0 } });
    private readonly HttpClient _client = new(new SocketsHttpHandler { AutomaticDecompression = System.Net.DecompressionMethods.All, ConnectTimeout = s_timeout })
    {
        Timeout = s_timeout,
        MaxResponseContentBufferSize = ExpositionLimits.Default.BodySize,
    };

    internal UrlSource(PageAddress page)
    {
        _url = page.Url;
        _client.DefaultRequestHeaders.Authorization = page.Credentials;
        _client.DefaultRequestHeaders.Accept.Add(MediaTypeWithQualityHeaderValue.Parse("application/openmetrics-text;version=1.0.0"));
        _client.DefaultRequestHeaders.Accept.Add(MediaTypeWithQualityHeaderValue.Parse("text/plain;version=0.0.4;q=0.5"));
    }

    public async Task<string?> ReadAsync(MetricSnapshot destination, CancellationToken cancellationToken)
    {
        destination.Clear();
        try
        {
            using var response = await _client.GetAsync(_url, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                return $"{_url} answered {(int)response.StatusCode} {response.ReasonPhrase}. Is it the address of a metrics page, such as http://host:port/metrics?";
            }

            // A page that names no format we know is read as the oldest, as Prometheus does.
            var format = ExpositionContentType.TryParse(response.Content.Headers.ContentType?.ToString(), out var named) ? named : ExpositionFormat.Text;
            var loaded = _loader.Load(await response.Content.ReadAsByteArrayAsync(cancellationToken), format, destination);
            return loaded.Succeeded && (loaded.Samples > 0 || loaded.SkippedLines == 0)
                ? null
                : $"{_url} is no exposition text: {loaded.Error}. `dynamo-aspire check {_url}` tells all that is wrong.";
        }
        catch (HttpRequestException e)
        {
            return $"{_url} cannot be read: {e.Message} Is the service up?";
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"{_url} did not answer within {s_timeout.TotalSeconds:0} s.";
        }
    }

    public void Dispose() => _client.Dispose();
}
