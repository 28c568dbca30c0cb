using DynamoAspire.Engines;
using DynamoAspire.Metrics.Components;
using DynamoAspire.Metrics.Registry;

namespace DynamoAspire.MetricsAggregator;

/// <summary>All metrics that this service has of its own, in one place: code registers them from here, and the reference is generated from here.</summary>
internal static class AggregatorMetrics
{
    public static MetricDefinition CollectionDurationSeconds { get; } = new("dynamo_aspire_collection_duration_seconds", MetricKind.Histogram, "Time to collect all targets and to merge them.") { Buckets = [.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10], Unit = "s" };

    public static MetricDefinition CollectionsSharedTotal { get; } = new("dynamo_aspire_collections_shared_total", MetricKind.Counter, "Scrapes that were given the result of a collection already running.");

    public static MetricDefinition DiscoveryReadsTotal { get; } = new("dynamo_aspire_discovery_reads_total", MetricKind.CounterVector, "Reads of target lists, by what became of them.", "job", "result") { Bound = "groups × result" };

    public static MetricDefinition EngineCollectionCase { get; } = new("dynamo_aspire_engine_collection_case", MetricKind.GaugeVector, "How the metrics of the engine are to be had; 1 for the case it is in.", "target", "case") { Unit = "1", Bound = "engines" };

    public static MetricDefinition FamilyConflictsTotal { get; } = new("dynamo_aspire_family_conflicts_total", MetricKind.CounterVector, "Families that two sources describe differently, by what differs; counted per collection.", "kind") { Bound = "kind" };

    public static MetricDefinition LoadEventsTotal { get; } = new("dynamo_aspire_load_events_total", MetricKind.CounterVector, "Load events received, by what became of them.", "result") { Unit = "events", Bound = "result" };

    public static MetricDefinition LoadRanks { get; } = new("dynamo_aspire_load_ranks", MetricKind.Gauge, "Ranks whose load is known.") { Unit = "ranks" };

    public static MetricDefinition LoadRanksCapacity { get; } = new("dynamo_aspire_load_ranks_capacity", MetricKind.Gauge, "Most ranks whose load is kept.") { Unit = "ranks" };

    public static MetricDefinition LoadRanksOverLimitTotal { get; } = new("dynamo_aspire_load_ranks_over_limit_total", MetricKind.Counter, "Load events of ranks beyond the most that are kept; dropped.");

    public static MetricDefinition LoadRanksRemovedTotal { get; } = new("dynamo_aspire_load_ranks_removed_total", MetricKind.CounterVector, "Ranks whose load is not known any more.", "reason") { Bound = "reason" };

    public static MetricDefinition MergeDroppedSamplesTotal { get; } = new("dynamo_aspire_merge_dropped_samples_total", MetricKind.CounterVector, "Samples left out of the merge; counted per collection.", "reason") { Unit = "samples", Bound = "reason" };

    public static MetricDefinition MergedSeries { get; } = new("dynamo_aspire_merged_series", MetricKind.Gauge, "Series that the last collection of everything gave.") { Unit = "series" };

    public static MetricDefinition MergedSeriesCapacity { get; } = new("dynamo_aspire_merged_series_capacity", MetricKind.Gauge, "Most series that are served.") { Unit = "series" };

    public static MetricDefinition MultiprocDirectoryEmpty { get; } = new("dynamo_aspire_multiproc_directory_empty", MetricKind.GaugeVector, "Whether the directory is there but has held no metrics for longer than it should.", "target") { Unit = "0 or 1", Bound = "directories" };

    public static MetricDefinition MultiprocFilesSkippedTotal { get; } = new("dynamo_aspire_multiproc_files_skipped_total", MetricKind.CounterVector, "Files of multiprocess directories that were left out, wholly or in part; counted per collection.", "target", "reason") { Bound = "targets × reason" };

    public static MetricDefinition OtlpExportDurationSeconds { get; } = new("dynamo_aspire_otlp_export_duration_seconds", MetricKind.Histogram, "Time of one export, collecting and repetitions included.") { Buckets = [.01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30], Unit = "s" };

    public static MetricDefinition OtlpPointsTotal { get; } = new("dynamo_aspire_otlp_points_total", MetricKind.CounterVector, "Data points of OTLP requests, by what became of them.", "result") { Unit = "points", Bound = "result" };

    public static MetricDefinition OtlpRequestsTotal { get; } = new("dynamo_aspire_otlp_requests_total", MetricKind.CounterVector, "OTLP requests, by what became of them.", "result") { Bound = "result" };

    public static MetricDefinition PushedJobs { get; } = new("dynamo_aspire_pushed_jobs", MetricKind.Gauge, "Jobs whose pushes are kept.") { Unit = "jobs" };

    public static MetricDefinition PushedJobsCapacity { get; } = new("dynamo_aspire_pushed_jobs_capacity", MetricKind.Gauge, "Most jobs whose pushes are kept.") { Unit = "jobs" };

    public static MetricDefinition PushesTotal { get; } = new("dynamo_aspire_pushes_total", MetricKind.CounterVector, "Pushes of local processes, by what became of them.", "result") { Bound = "result" };

    public static MetricDefinition ReaperFailuresTotal { get; } = new("dynamo_aspire_reaper_failures_total", MetricKind.CounterVector, "Runs of the reaper over the directory that came to nothing.", "target", "reason") { Bound = "directories × reason" };

    public static MetricDefinition ReaperFiles { get; } = new("dynamo_aspire_reaper_files", MetricKind.GaugeVector, "Files that the last run of the reaper found in the directory, by what became of them, or in a dry run would.", "target", "outcome") { Unit = "files", Bound = "directories × outcome" };

    public static MetricDefinition ReaperFilesClearedTotal { get; } = new("dynamo_aspire_reaper_files_cleared_total", MetricKind.CounterVector, "Files of dead processes that the reaper has folded into an archive, or removed.", "target", "outcome") { Unit = "files", Bound = "directories × outcome" };

    public static MetricDefinition ReaperFreedBytesTotal { get; } = new("dynamo_aspire_reaper_freed_bytes_total", MetricKind.CounterVector, "Bytes of the files that the reaper has cleared.", "target") { Unit = "bytes", Bound = "directories" };

    public static MetricDefinition ReaperLastRunTimestampSeconds { get; } = new("dynamo_aspire_reaper_last_run_timestamp_seconds", MetricKind.GaugeVector, "When the reaper last came to the end of the directory.", "target") { Unit = "s", Bound = "directories" };

    public static MetricDefinition TargetFailuresTotal { get; } = new("dynamo_aspire_target_failures_total", MetricKind.CounterVector, "Collections of the target that failed.", "target", "source", "reason") { Bound = "targets × reason" };

    public static MetricDefinition TargetLimitExceededTotal { get; } = new("dynamo_aspire_target_limit_exceeded_total", MetricKind.CounterVector, "Collections of the target that failed because of a limit.", "target", "source", "limit") { Bound = "targets × limit" };

    public static MetricDefinition TargetScrapeBodyBytes { get; } = new("dynamo_aspire_target_scrape_body_bytes", MetricKind.GaugeVector, "Uncompressed bytes that the last collection of the target gave.", "target", "source") { Unit = "bytes", Bound = "targets" };

    public static MetricDefinition TargetScrapeDurationSeconds { get; } = new("dynamo_aspire_target_scrape_duration_seconds", MetricKind.GaugeVector, "Time that the last collection of the target took.", "target", "source") { Unit = "s", Bound = "targets" };

    public static MetricDefinition TargetScrapeSamples { get; } = new("dynamo_aspire_target_scrape_samples", MetricKind.GaugeVector, "Samples that the last collection of the target gave.", "target", "source") { Unit = "samples", Bound = "targets" };

    public static MetricDefinition TargetScrapeSamplesKept { get; } = new("dynamo_aspire_target_scrape_samples_kept", MetricKind.GaugeVector, "Samples of the last collection of the target that were left after relabeling and filters.", "target", "source") { Unit = "samples", Bound = "targets" };

    public static MetricDefinition TargetSkippedTotal { get; } = new("dynamo_aspire_target_skipped_total", MetricKind.CounterVector, "Lines or entries of the target that were left out.", "target", "source", "reason") { Bound = "targets × reason" };

    public static MetricDefinition TargetUp { get; } = new("dynamo_aspire_target_up", MetricKind.GaugeVector, "Whether the last collection of the target succeeded.", "target", "source") { Unit = "0 or 1", Bound = "targets" };

    public static MetricDefinition Targets { get; } = new("dynamo_aspire_targets", MetricKind.Gauge, "Targets there are, pushed ones included.") { Unit = "targets" };

    public static MetricDefinition WorkerActiveDecodeBlocks { get; } = OfRank(FrontendDefinitions.WorkerActiveDecodeBlocks);

    public static MetricDefinition WorkerActivePrefillTokens { get; } = OfRank(FrontendDefinitions.WorkerActivePrefillTokens);

    public static MetricTable Frontend { get; } = new(
        "MetricsAggregator",
        FrontendMetrics.DefaultPrefix + "_",
        [],
        [
            WorkerActiveDecodeBlocks,
            WorkerActivePrefillTokens,
        ]);

    public static MetricTable Table { get; } = new(
        "MetricsAggregator",
        "",
        [],
        [
            CollectionDurationSeconds,
            CollectionsSharedTotal,
            DiscoveryReadsTotal,
            EngineCollectionCase,
            FamilyConflictsTotal,
            LoadEventsTotal,
            LoadRanks,
            LoadRanksCapacity,
            LoadRanksOverLimitTotal,
            LoadRanksRemovedTotal,
            MergeDroppedSamplesTotal,
            MergedSeries,
            MergedSeriesCapacity,
            MultiprocDirectoryEmpty,
            MultiprocFilesSkippedTotal,
            OtlpExportDurationSeconds,
            OtlpPointsTotal,
            OtlpRequestsTotal,
            PushedJobs,
            PushedJobsCapacity,
            PushesTotal,
            ReaperFailuresTotal,
            ReaperFiles,
            ReaperFilesClearedTotal,
            ReaperFreedBytesTotal,
            ReaperLastRunTimestampSeconds,
            TargetFailuresTotal,
            TargetLimitExceededTotal,
            TargetScrapeBodyBytes,
            TargetScrapeDurationSeconds,
            TargetScrapeSamples,
            TargetScrapeSamplesKept,
            TargetSkippedTotal,
            TargetUp,
            Targets,
        ]);

    /// <summary>The engine is named where it is configured.</summary>
    private static MetricDefinition OfRank(MetricDefinition definition) =>
        definition with { Labels = [.. definition.Labels, EngineIdentity.EngineNameLabel, EngineIdentity.ModelNameLabel] };
}
