namespace DynamoAspire.ServiceDefaults.Exposition;

/// <summary>Bounds on what scrapers can make a service do.</summary>
public sealed record MetricsEndpointOptions
{
    /// <summary>The defaults.</summary>
    public static MetricsEndpointOptions Default { get; } = new();

    /// <summary>Scrapes that are collected at once; a further one gets 503 at once.</summary>
    public int MaxScrapesInFlight { get; init; } = 40;

    /// <summary>Answers on their way to clients that read slowly; a further scrape gets 503.</summary>
    public int MaxResponsesInFlight { get; init; } = 200;

    /// <summary>Bytes of the answers on their way, before compression; an answer that would go beyond it gets 503, except where it is alone.</summary>
    public long MaxResponseBytesInFlight { get; init; } = 256L * 1024 * 1024;

    /// <summary>Longest time that collecting may take; the scraper's own header <c>X-Prometheus-Scrape-Timeout-Seconds</c> makes it shorter.</summary>
    public TimeSpan CollectTimeLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long a collection that was told to stop may take to hand over what it has; then the answer is 503.</summary>
    public TimeSpan HandOverTime { get; init; } = TimeSpan.FromMilliseconds(20);

    /// <summary>A client that takes longer to read the answer is cut off.</summary>
    public TimeSpan ReadTimeLimit { get; init; } = TimeSpan.FromSeconds(10);
}
