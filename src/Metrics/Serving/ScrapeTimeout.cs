using System.Globalization;

namespace DynamoAspire.Metrics.Serving;

/// <summary>The header <c>X-Prometheus-Scrape-Timeout-Seconds</c>: after that long the scraper listens no more, so that working longer is in vain.</summary>
public static class ScrapeTimeout
{
    /// <summary>Name of the header.</summary>
    public const string Header = "X-Prometheus-Scrape-Timeout-Seconds";

    private static readonly TimeSpan s_largestReserve = TimeSpan.FromSeconds(0.5);

    /// <summary>
    /// How long collecting may take: what the scraper allows, less a twentieth or half a second, whichever is less, for the answer to get there; never more than our own limit.
    /// A header that is no positive number counts as not sent.
    /// </summary>
    public static TimeSpan Budget(string? header, TimeSpan limit)
    {
        if (!double.TryParse(header, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var seconds)
            || !double.IsFinite(seconds)
            || seconds <= 0
            || seconds >= limit.TotalSeconds)
        {
            return limit;
        }

        var allowed = TimeSpan.FromSeconds(seconds);
        var reserve = allowed / 20;
        return allowed - (reserve < s_largestReserve ? reserve : s_largestReserve);
    }
}
