using DynamoAspire.Metrics.Registry;

namespace DynamoAspire.MetricsAggregator.Targets;

/// <summary>What is told of the targets themselves.</summary>
internal sealed class TargetMetrics
{
    public TargetMetrics(MetricRegistry registry)
    {
        Up = registry.GaugeVector(AggregatorMetrics.TargetUp);
        Duration = registry.GaugeVector(AggregatorMetrics.TargetScrapeDurationSeconds);
        Samples = registry.GaugeVector(AggregatorMetrics.TargetScrapeSamples);
        Kept = registry.GaugeVector(AggregatorMetrics.TargetScrapeSamplesKept);
        BodyBytes = registry.GaugeVector(AggregatorMetrics.TargetScrapeBodyBytes);
        Failures = registry.CounterVector(AggregatorMetrics.TargetFailuresTotal);
        LimitExceeded = registry.CounterVector(AggregatorMetrics.TargetLimitExceededTotal);
        Skipped = registry.CounterVector(AggregatorMetrics.TargetSkippedTotal);
        FilesSkipped = registry.CounterVector(AggregatorMetrics.MultiprocFilesSkippedTotal);
    }

    public MetricVector<Gauge> Up { get; }

    public MetricVector<Gauge> Duration { get; }

    public MetricVector<Gauge> Samples { get; }

    public MetricVector<Gauge> Kept { get; }

    public MetricVector<Gauge> BodyBytes { get; }

    public MetricVector<Counter> Failures { get; }

    public MetricVector<Counter> LimitExceeded { get; }

    public MetricVector<Counter> Skipped { get; }

    public MetricVector<Counter> FilesSkipped { get; }

    public TargetMeters Of(string target, string source) => new(this, target, source);
}
