using DynamoAspire.Metrics.Registry;

namespace DynamoAspire.Metrics.Components;

/// <summary>Counters of a Dynamo task tracker, under upstream's names.</summary>
/// <remarks>Registers all of them when made; make one per level of the tree. Thread-safe.</remarks>
public sealed class TaskTrackerMetrics
{
    /// <summary>Registers the metrics.</summary>
    /// <param name="level">Level of what tracks.</param>
    public TaskTrackerMetrics(ComponentMetrics level)
    {
        ArgumentNullException.ThrowIfNull(level);
        var registry = level.Registry;
        TasksIssuedTotal = registry.IntCounter(TaskTrackerDefinitions.TasksIssuedTotal);
        TasksStartedTotal = registry.IntCounter(TaskTrackerDefinitions.TasksStartedTotal);
        TasksSuccessTotal = registry.IntCounter(TaskTrackerDefinitions.TasksSuccessTotal);
        TasksCancelledTotal = registry.IntCounter(TaskTrackerDefinitions.TasksCancelledTotal);
        TasksFailedTotal = registry.IntCounter(TaskTrackerDefinitions.TasksFailedTotal);
        TasksRejectedTotal = registry.IntCounter(TaskTrackerDefinitions.TasksRejectedTotal);
    }

    /// <summary>Total number of tasks issued.</summary>
    public IntCounter TasksIssuedTotal { get; }

    /// <summary>Total number of tasks started.</summary>
    public IntCounter TasksStartedTotal { get; }

    /// <summary>Total number of tasks that succeeded.</summary>
    public IntCounter TasksSuccessTotal { get; }

    /// <summary>Total number of tasks cancelled.</summary>
    public IntCounter TasksCancelledTotal { get; }

    /// <summary>Total number of tasks that failed.</summary>
    public IntCounter TasksFailedTotal { get; }

    /// <summary>Total number of tasks rejected.</summary>
    public IntCounter TasksRejectedTotal { get; }
}
