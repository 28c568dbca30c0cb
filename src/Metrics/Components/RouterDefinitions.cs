using DynamoAspire.Metrics.Registry;

namespace DynamoAspire.Metrics.Components;

/// <summary>What Dynamo's routers declare.</summary>
public static class RouterDefinitions
{
    /// <summary>Total number of requests processed by the router.</summary>
    public static MetricDefinition RouterRequestsTotal { get; } = new("router_requests_total", MetricKind.IntCounter, "Total number of requests processed by the router") { Unit = "requests", Bound = "routers", Since = "v1" };

    /// <summary>Time to first token observed at the router.</summary>
    public static MetricDefinition RouterTimeToFirstTokenSeconds { get; } = new("router_time_to_first_token_seconds", MetricKind.Histogram, "Time to first token observed at the router") { Buckets = FrontendBuckets.Default.TimeToFirstToken, Unit = "s", Bound = "routers", Since = "v1" };

    /// <summary>Average inter-token latency observed at the router.</summary>
    public static MetricDefinition RouterInterTokenLatencySeconds { get; } = new("router_inter_token_latency_seconds", MetricKind.Histogram, "Average inter-token latency observed at the router") { Buckets = FrontendBuckets.Default.InterToken, Unit = "s", Bound = "routers", Since = "v1" };

    /// <summary>Input sequence length in tokens observed at the router.</summary>
    public static MetricDefinition RouterInputSequenceTokens { get; } = new("router_input_sequence_tokens", MetricKind.Histogram, "Input sequence length in tokens observed at the router") { Buckets = FrontendBuckets.Default.InputSequence, Unit = "tokens", Bound = "routers", Since = "v1" };

    /// <summary>Output sequence length in tokens observed at the router.</summary>
    public static MetricDefinition RouterOutputSequenceTokens { get; } = new("router_output_sequence_tokens", MetricKind.Histogram, "Output sequence length in tokens observed at the router") { Buckets = FrontendBuckets.Default.OutputSequence, Unit = "tokens", Bound = "routers", Since = "v1" };

    /// <summary>Predicted share of a request that the KV cache of the chosen worker holds (0.0-1.0).</summary>
    public static MetricDefinition RouterKvHitRate { get; } = new("router_kv_hit_rate", MetricKind.Histogram, "Predicted share of a request that the KV cache of the chosen worker holds (0.0-1.0)") { Buckets = [0, .05, .1, .15, .2, .25, .3, .35, .4, .45, .5, .55, .6, .65, .7, .75, .8, .85, .9, .95, 1], Unit = "0–1", Bound = "routers", Since = "v1" };

    /// <summary>All of them.</summary>
    public static MetricTable Table { get; } = new(
        "Dynamo router",
        ComponentMetrics.Prefix,
        ["dynamo_namespace", "dynamo_component", "dynamo_endpoint"],
        [
            RouterRequestsTotal,
            RouterTimeToFirstTokenSeconds,
            RouterInterTokenLatencySeconds,
            RouterInputSequenceTokens,
            RouterOutputSequenceTokens,
            RouterKvHitRate,
        ]);
}
