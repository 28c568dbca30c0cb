using DynamoAspire.Testing;

namespace DynamoAspire.Metrics.Tests;

/// <summary>A change of what the library offers is seen in review.</summary>
public sealed class PublicApiTests
{
    [Fact]
    public void PublicApi_OfTheAssembly_IsTheOneCommitted() => PublicApi.Verify(typeof(DynamoAspire.Metrics.MetricsException).Assembly, "Metrics");

    [Fact]
    public void Listing_OfTheAssembly_ShowsWhatCanBeCalledAndNothingElse()
    {
        var listing = PublicApi.Of(typeof(MetricsException).Assembly);

        Assert.Contains("sealed class DynamoAspire.Metrics.Registry.Counter : Metric\n    Double Value { get; }\n    Void Inc()\n    Void Inc(Double amount)\n    Void Inc(Int64 amount)\n", listing, StringComparison.Ordinal);
        Assert.Contains("    String? AddPrefix { get; init; }\n", listing, StringComparison.Ordinal);
        Assert.Contains("    static EngineMetrics RegisterEngineMetricsCallback(this MetricRegistry registry, EngineMetricsOptions options, IMetricSource? memory = null)\n", listing, StringComparison.Ordinal);
        Assert.DoesNotContain("StripedLong", listing, StringComparison.Ordinal);
        Assert.DoesNotContain("PrintMembers", listing, StringComparison.Ordinal);
    }
}
