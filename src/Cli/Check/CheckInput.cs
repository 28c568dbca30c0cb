using System.Net.Http.Headers;
using DynamoAspire.Cli.Pages;
using DynamoAspire.Metrics.Parsing;
using DynamoAspire.Metrics.Writing;

namespace DynamoAspire.Cli.Check;

/// <summary>The text to check, and the format that it says it has.</summary>
/// <param name="Body">Bytes.</param>
/// <param name="Declared">Format by the content type; null if there is none.</param>
internal sealed record CheckInput(byte[] Body, ExpositionFormat? Declared)
{
    private static readonly TimeSpan s_timeout = TimeSpan.FromSeconds(10);

    /// <summary>Reads a file, a URL or, for <c>-</c>, the standard input.</summary>
    /// <exception cref="CheckInputException">It cannot be read; the message says what to do.</exception>
    internal static async Task<CheckInput> ReadAsync(string source, ExpositionFormat? wanted, CliConsole console, CancellationToken cancellationToken)
    {
        if (source == "-")
        {
            using var copy = new MemoryStream();
            await console.Input.CopyToAsync(copy, cancellationToken);
            return new CheckInput(copy.ToArray(), null);
        }

        if (PageAddress.TryParse(source, out var page))
        {
            return await FetchAsync(page, wanted, cancellationToken);
        }

        try
        {
            return new CheckInput(await File.ReadAllBytesAsync(source, cancellationToken), null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CheckInputException(
                Directory.Exists(source) ? $"'{source}' is a directory. Give a file, or print a multiprocess directory first: dynamo-aspire collect {source} | dynamo-aspire check -"
                : File.Exists(source) ? $"'{source}' cannot be read: {e.Message}"
                : $"'{source}' does not exist. Give a file, a URL that begins with http:// or https://, or - for standard input.",
                e);
        }
    }

    private static async Task<CheckInput> FetchAsync(PageAddress page, ExpositionFormat? wanted, CancellationToken cancellationToken)
    {
        using var client = new HttpClient(new SocketsHttpHandler { AutomaticDecompression = System.Net.DecompressionMethods.All, ConnectTimeout = s_timeout })
        {
            Timeout = s_timeout,
            MaxResponseContentBufferSize = ExpositionLimits.Default.BodySize,
        };
        var url = page.Url;
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Authorization = page.Credentials;
        if (wanted != ExpositionFormat.Text)
        {
            request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse("application/openmetrics-text;version=1.0.0"));
        }

        if (wanted != ExpositionFormat.OpenMetrics)
        {
            request.Headers.Accept.Add(MediaTypeWithQualityHeaderValue.Parse("text/plain;version=0.0.4;q=0.5"));
        }

        try
        {
            using var response = await client.SendAsync(request, cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                throw new CheckInputException($"{url} answered {(int)response.StatusCode} {response.ReasonPhrase}. Is it the address of a metrics page, such as http://host:port/metrics?");
            }

            var contentType = response.Content.Headers.ContentType?.ToString();
            var known = ExpositionContentType.TryParse(contentType, out var declared);
            if (!known && wanted is null)
            {
                throw new CheckInputException($"{url} answered with content type '{contentType}', which is not exposition text. Name the format with --format to check it all the same.");
            }

            return new CheckInput(await response.Content.ReadAsByteArrayAsync(cancellationToken), known ? declared : null);
        }
        catch (HttpRequestException e)
        {
            throw new CheckInputException($"{url} cannot be read: {e.Message}", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CheckInputException($"{url} has not answered within {s_timeout.TotalSeconds:0} s.", e);
        }
    }
}
