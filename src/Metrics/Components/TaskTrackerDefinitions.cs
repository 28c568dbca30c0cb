using DynamoAspire.Metrics.Registry;

namespace DynamoAspire.Metrics.Components;

/// <summary>What Dynamo's task trackers declare.</summary>
public static class TaskTrackerDefinitions
{
    /// <summary>Total number of tasks issued.</summary>
    public static MetricDefinition TasksIssuedTotal { get; } = new("tasks_issued_total", MetricKind.IntCounter, "Total number of tasks issued") { Unit = "tasks", Bound = "trackers" };

    /// <summary>Total number of tasks started.</summary>
    public static MetricDefinition TasksStartedTotal { get; } = new("tasks_started_total", MetricKind.IntCounter, "Total number of tasks started") { Unit = "tasks", Bound = "trackers" };

    /// <summary>Total number of tasks that succeeded.</summary>
    public static MetricDefinition TasksSuccessTotal { get; } = new("tasks_success_total", MetricKind.IntCounter, "Total number of tasks that succeeded") { Unit = "tasks", Bound = "trackers" };

    /// <summary>Total number of tasks cancelled.</summary>
    public static MetricDefinition TasksCancelledTotal { get; } = new("tasks_cancelled_total", MetricKind.IntCounter, "Total number of tasks cancelled") { Unit = "tasks", Bound = "trackers" };

    /// <summary>Total number of tasks that failed.</summary>
    public static MetricDefinition TasksFailedTotal { get; } = new("tasks_failed_total", MetricKind.IntCounter, "Total number of tasks that failed") { Unit = "tasks", Bound = "trackers" };

    /// <summary>Total number of tasks rejected.</summary>
    public static MetricDefinition TasksRejectedTotal { get; } = new("tasks_rejected_total", MetricKind.IntCounter, "Total number of tasks rejected") { Unit = "tasks", Bound = "trackers" };

    /// <summary>All of them.</summary>
    public static MetricTable Table { get; } = new(
        "Dynamo task tracker",
        ComponentMetrics.Prefix,
        ["dynamo_namespace", "dynamo_component", "dynamo_endpoint"],
        [
            TasksIssuedTotal,
            TasksStartedTotal,
            TasksSuccessTotal,
            TasksCancelledTotal,
            TasksFailedTotal,
            TasksRejectedTotal,
        ]);
}
