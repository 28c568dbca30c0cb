using DynamoAspire.Metrics.Registry;

namespace DynamoAspire.Metrics.Components;

/// <summary>Metrics of a Dynamo router, under upstream's names.</summary>
/// <remarks>Registers all of them when made; make one per level of the tree. Thread-safe.</remarks>
public sealed class RouterMetrics
{
    /// <summary>Registers the metrics.</summary>
    /// <param name="component">Level of the component.</param>
    public RouterMetrics(ComponentMetrics component)
    {
        ArgumentNullException.ThrowIfNull(component);
        var registry = component.Registry;
        RouterRequestsTotal = registry.IntCounter(RouterDefinitions.RouterRequestsTotal);
        RouterTimeToFirstTokenSeconds = registry.Histogram(RouterDefinitions.RouterTimeToFirstTokenSeconds);
        RouterInterTokenLatencySeconds = registry.Histogram(RouterDefinitions.RouterInterTokenLatencySeconds);
        RouterInputSequenceTokens = registry.Histogram(RouterDefinitions.RouterInputSequenceTokens);
        RouterOutputSequenceTokens = registry.Histogram(RouterDefinitions.RouterOutputSequenceTokens);
        RouterKvHitRate = registry.Histogram(RouterDefinitions.RouterKvHitRate);
    }

    /// <summary>Total number of requests processed by the router.</summary>
    public IntCounter RouterRequestsTotal { get; }

    /// <summary>Time to first token observed at the router.</summary>
    public Histogram RouterTimeToFirstTokenSeconds { get; }

    /// <summary>Average inter-token latency observed at the router.</summary>
    public Histogram RouterInterTokenLatencySeconds { get; }

    /// <summary>Input sequence length in tokens observed at the router.</summary>
    public Histogram RouterInputSequenceTokens { get; }

    /// <summary>Output sequence length in tokens observed at the router.</summary>
    public Histogram RouterOutputSequenceTokens { get; }

    /// <summary>Predicted share of a request that the KV cache of the chosen worker holds (0.0-1.0).</summary>
    public Histogram RouterKvHitRate { get; }
}
