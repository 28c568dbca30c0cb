using DynamoAspire.Metrics.Registry;

namespace DynamoAspire.Metrics.Components;

/// <summary>All tables of Dynamo's own metrics that a user of this library can instantiate.</summary>
public static class DynamoMetricTables
{
    /// <summary>The tables.</summary>
    public static IReadOnlyList<MetricTable> All { get; } =
    [
        RuntimeDefinitions.Table,
        WorkHandlerDefinitions.Table,
        WorkerCacheDefinitions.Table,
        KvPublisherDefinitions.Table,
        RouterDefinitions.Table,
        TaskTrackerDefinitions.Table,
        FrontendDefinitions.Table,
        KvbmDefinitions.Table,
        LegacyWorkerCacheDefinitions.Table,
        LegacyNatsServiceDefinitions.Table,
    ];
}
