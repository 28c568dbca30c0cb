namespace DynamoAspire.MetricsAggregator.Options;

/// <summary>How the <c>MetricsUrl</c> of engines is scraped. An engine's own labels win over those derived from its configuration.</summary>
public sealed record EngineScrapeOptions : ScrapeSettings
{
    /// <summary>The defaults.</summary>
    public EngineScrapeOptions() => HonorLabels = true;
}
