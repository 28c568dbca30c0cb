using DynamoAspire.Metrics.Naming;
using DynamoAspire.Metrics.Writing;

namespace DynamoAspire.Metrics.Serving;

/// <summary>
/// Which format and which encoding a scraper gets (https://prometheus.io/docs/instrumenting/content_negotiation): the one it weighs highest among those that are written;
/// of equal ones OpenMetrics before text 1.0.0 before text 0.0.4. Nothing suitable gives text 0.0.4, as the last resort that the rules name, never 406.
/// </summary>
public static class ExpositionNegotiation
{
    /// <summary>Chooses by the header <c>Accept</c>; several headers are joined by commas.</summary>
    public static ExpositionChoice Choose(string? accept)
    {
        var best = ExpositionChoice.Default;
        var bestQuality = 0.0;
        var bestRank = -1;
        foreach (var element in AcceptHeader.Parse(accept))
        {
            if (element.Quality <= 0 || !TryMatch(element, out var choice, out var rank))
            {
                continue;
            }

            if (element.Quality > bestQuality || (element.Quality == bestQuality && rank > bestRank))
            {
                (best, bestQuality, bestRank) = (choice, element.Quality, rank);
            }
        }

        return best;
    }

    /// <summary>Whether the body goes out compressed: gzip is accepted, by name or by <c>*</c>, and the bare body is not preferred.</summary>
    public static bool AcceptsGzip(string? acceptEncoding)
    {
        double? gzip = null;
        double? identity = null;
        double? any = null;
        foreach (var element in AcceptHeader.Parse(acceptEncoding))
        {
            if (element.Is("gzip") || element.Is("x-gzip"))
            {
                gzip = element.Quality;
            }
            else if (element.Is("identity"))
            {
                identity = element.Quality;
            }
            else if (element.Is("*"))
            {
                any = element.Quality;
            }
        }

        var quality = gzip ?? any ?? 0;
        return quality > 0 && quality >= (identity ?? 0);
    }

    private static bool TryMatch(AcceptHeader.Element element, out ExpositionChoice choice, out int rank)
    {
        choice = ExpositionChoice.Default;
        rank = 0;
        var version = element.Parameter("version");
        if (element.Is("*/*") || element.Is("text/*"))
        {
            return true;
        }

        // A scheme that nobody knows counts as not named.
        var named = NameEscapings.TryParse(element.Parameter("escaping"), out var escaping);
        if (element.Is("application/openmetrics-text") && version is "" or "1.0.0" or "0.0.1")
        {
            choice = new ExpositionChoice(ExpositionFormat.OpenMetrics, escaping, named);
            rank = version == "0.0.1" ? 2 : 3;
            return true;
        }

        if (!element.Is("text/plain"))
        {
            return false;
        }

        if (version == "1.0.0")
        {
            choice = new ExpositionChoice(ExpositionFormat.TextUtf8, escaping, NamesEscaping: true);
            rank = 1;
            return true;
        }

        // 0.0.4 has no quoted names, so that it cannot let them pass.
        choice = escaping == NameEscaping.AllowUtf8 ? ExpositionChoice.Default : new ExpositionChoice(ExpositionFormat.Text, escaping, named);
        return version is "" or "0.0.4";
    }
}
