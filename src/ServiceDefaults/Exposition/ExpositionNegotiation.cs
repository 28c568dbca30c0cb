using DynamoAspire.Metrics.Writing;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace DynamoAspire.ServiceDefaults.Exposition;

/// <summary>
/// Which text format a scraper gets: OpenMetrics 1.0 if it asks for it at least as much as for the older text (q-weights honoured), the older one otherwise.
/// A version we do not write counts as not asked for.
/// </summary>
internal static class ExpositionNegotiation
{
    private static readonly HashSet<string> s_openMetricsVersions = new(StringComparer.Ordinal) { "", "1.0.0", "0.0.1" };

    public static ExpositionFormat Choose(HttpRequest request)
    {
        var (open, text) = (0.0, 0.0);
        foreach (var accepted in request.GetTypedHeaders().Accept)
        {
            var quality = accepted.Quality ?? 1;
            var version = Parameter(accepted, "version");
            if (Is(accepted, "application/openmetrics-text") && s_openMetricsVersions.Contains(version))
            {
                open = Math.Max(open, quality);
            }
            else if (Is(accepted, "text/plain") && version is "" or "0.0.4")
            {
                text = Math.Max(text, quality);
            }
        }

        return open > 0 && open >= text ? ExpositionFormat.OpenMetrics : ExpositionFormat.Text;
    }

    public static bool AcceptsGzip(HttpRequest request) =>
        request.GetTypedHeaders().AcceptEncoding.Any(e => e.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase) && e.Quality is not 0);

    private static bool Is(MediaTypeHeaderValue value, string mediaType) => value.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase);

    private static string Parameter(MediaTypeHeaderValue value, string name) =>
        value.Parameters.FirstOrDefault(p => p.Name.Equals(name, StringComparison.OrdinalIgnoreCase))?.GetUnescapedValue().Value ?? "";
}
