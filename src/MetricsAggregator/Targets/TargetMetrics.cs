using DynamoAspire.Metrics.Registry;

namespace DynamoAspire.MetricsAggregator.Targets;

/// <summary>What is told of the targets themselves.</summary>
internal sealed class TargetMetrics
{
    public TargetMetrics(MetricRegistry registry)
    {
        string[] labels = ["target", "source"];
        Up = registry.GaugeVector("dynamo_aspire_target_up", "Whether the last collection of the target succeeded.", labels);
        Duration = registry.GaugeVector("dynamo_aspire_target_scrape_duration_seconds", "Time that the last collection of the target took.", labels);
        Samples = registry.GaugeVector("dynamo_aspire_target_scrape_samples", "Samples that the last collection of the target gave.", labels);
        Kept = registry.GaugeVector("dynamo_aspire_target_scrape_samples_kept", "Samples of the last collection of the target that were left after relabeling and filters.", labels);
        BodyBytes = registry.GaugeVector("dynamo_aspire_target_scrape_body_bytes", "Uncompressed bytes that the last collection of the target gave.", labels);
        Failures = registry.CounterVector("dynamo_aspire_target_failures_total", "Collections of the target that failed.", [.. labels, "reason"]);
        LimitExceeded = registry.CounterVector("dynamo_aspire_target_limit_exceeded_total", "Collections of the target that failed because of a limit.", [.. labels, "limit"]);
        Skipped = registry.CounterVector("dynamo_aspire_target_skipped_total", "Lines or entries of the target that were left out.", [.. labels, "reason"]);
        FilesSkipped = registry.CounterVector("dynamo_aspire_multiproc_files_skipped_total", "Files of multiprocess directories that were left out, wholly or in part; counted per collection.", ["target", "reason"]);
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
