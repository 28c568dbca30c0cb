using DynamoAspire.Metrics.Naming;
using DynamoAspire.Metrics.Registry;

namespace DynamoAspire.Metrics.Components;

/// <summary>Metrics of Dynamo's frontend, under upstream's names, with its buckets.</summary>
/// <remarks>Thread-safe. Model names come from requests: vectors are bounded, and count what is beyond under <c>other</c>.</remarks>
public sealed class FrontendMetrics
{
    /// <summary>Prefix unless <see cref="PrefixVariable"/> says otherwise, without the underscore.</summary>
    public const string DefaultPrefix = "dynamo_frontend";

    /// <summary>Environment variable that overrides the prefix.</summary>
    public const string PrefixVariable = "DYN_METRICS_PREFIX";

    /// <summary>Registers the metrics in a new registry.</summary>
    /// <param name="prefix">Prefix, such as the value of <see cref="PrefixVariable"/>; see <see cref="SanitizePrefix"/>.</param>
    /// <param name="buckets">Bounds of the histograms.</param>
    public FrontendMetrics(string? prefix = null, FrontendBuckets? buckets = null)
    {
        buckets ??= FrontendBuckets.Default;
        Registry = new MetricRegistry("frontend", new MetricRegistryOptions { NamePrefix = SanitizePrefix(prefix, out _) + "_" });
        var registry = Registry;
        RequestsTotal = registry.IntCounterVector(FrontendDefinitions.RequestsTotal);
        RequestsStartedTotal = registry.IntCounterVector(FrontendDefinitions.RequestsStartedTotal);
        InflightRequests = registry.IntGaugeVector(FrontendDefinitions.InflightRequests);
        ActiveRequests = registry.IntGaugeVector(FrontendDefinitions.ActiveRequests);
        QueuedRequests = registry.IntGaugeVector(FrontendDefinitions.QueuedRequests);
        DisconnectedClients = registry.IntGauge(FrontendDefinitions.DisconnectedClients);
        RequestDurationSeconds = registry.HistogramVector(FrontendDefinitions.RequestDurationSeconds with { Buckets = buckets.RequestDuration });
        InputSequenceTokens = registry.HistogramVector(FrontendDefinitions.InputSequenceTokens with { Buckets = buckets.InputSequence });
        OutputSequenceTokens = registry.HistogramVector(FrontendDefinitions.OutputSequenceTokens with { Buckets = buckets.OutputSequence });
        CachedTokens = registry.HistogramVector(FrontendDefinitions.CachedTokens with { Buckets = buckets.InputSequence });
        OutputTokensTotal = registry.IntCounterVector(FrontendDefinitions.OutputTokensTotal);
        TimeToFirstTokenSeconds = registry.HistogramVector(FrontendDefinitions.TimeToFirstTokenSeconds with { Buckets = buckets.TimeToFirstToken });
        InterTokenLatencySeconds = registry.HistogramVector(FrontendDefinitions.InterTokenLatencySeconds with { Buckets = buckets.InterToken });
        TokenizerLatencyMs = registry.HistogramVector(FrontendDefinitions.TokenizerLatencyMs);
        EmbeddingLatencySeconds = registry.HistogramVector(FrontendDefinitions.EmbeddingLatencySeconds with { Buckets = buckets.EmbeddingLatency });
        ImagesPerRequest = registry.HistogramVector(FrontendDefinitions.ImagesPerRequest);
        VideosPerRequest = registry.HistogramVector(FrontendDefinitions.VideosPerRequest);
        AudioPerRequest = registry.HistogramVector(FrontendDefinitions.AudioPerRequest);
        ImageTokensPerRequest = registry.HistogramVector(FrontendDefinitions.ImageTokensPerRequest);
        ModelTotalKvBlocks = registry.IntGaugeVector(FrontendDefinitions.ModelTotalKvBlocks);
        ModelMaxNumSeqs = registry.IntGaugeVector(FrontendDefinitions.ModelMaxNumSeqs);
        ModelMaxNumBatchedTokens = registry.IntGaugeVector(FrontendDefinitions.ModelMaxNumBatchedTokens);
        ModelContextLength = registry.IntGaugeVector(FrontendDefinitions.ModelContextLength);
        ModelKvCacheBlockSize = registry.IntGaugeVector(FrontendDefinitions.ModelKvCacheBlockSize);
        ModelMigrationLimit = registry.IntGaugeVector(FrontendDefinitions.ModelMigrationLimit);
        ModelMigrationTotal = registry.IntCounterVector(FrontendDefinitions.ModelMigrationTotal);
        ModelMigrationDurationSeconds = registry.HistogramVector(FrontendDefinitions.ModelMigrationDurationSeconds);
        ModelMigrationMaxSeqLenExceededTotal = registry.IntCounterVector(FrontendDefinitions.ModelMigrationMaxSeqLenExceededTotal);
        ModelCancellationTotal = registry.IntCounterVector(FrontendDefinitions.ModelCancellationTotal);
        ModelRejectionTotal = registry.IntCounterVector(FrontendDefinitions.ModelRejectionTotal);
        WorkerActiveDecodeBlocks = registry.GaugeVector(FrontendDefinitions.WorkerActiveDecodeBlocks);
        WorkerActivePrefillTokens = registry.GaugeVector(FrontendDefinitions.WorkerActivePrefillTokens);
        WorkerLastTimeToFirstTokenSeconds = registry.GaugeVector(FrontendDefinitions.WorkerLastTimeToFirstTokenSeconds);
        WorkerLastInputSequenceTokens = registry.GaugeVector(FrontendDefinitions.WorkerLastInputSequenceTokens);
        WorkerLastInterTokenLatencySeconds = registry.GaugeVector(FrontendDefinitions.WorkerLastInterTokenLatencySeconds);
        RouterQueuePendingRequests = registry.IntGaugeVector(FrontendDefinitions.RouterQueuePendingRequests);
    }

    /// <summary>What is served.</summary>
    public MetricRegistry Registry { get; }

    /// <summary>Total number of LLM requests processed. By <c>model</c>, <c>endpoint</c>, <c>request_type</c>, <c>status</c>, <c>error_type</c>.</summary>
    public MetricVector<IntCounter> RequestsTotal { get; }

    /// <summary>Total number of LLM requests accepted by the frontend handler. By <c>model</c>, <c>endpoint</c>, <c>request_type</c>.</summary>
    public MetricVector<IntCounter> RequestsStartedTotal { get; }

    /// <summary>Number of inflight requests. By <c>model</c>.</summary>
    public MetricVector<IntGauge> InflightRequests { get; }

    /// <summary>Number of requests from handler entry to completion. By <c>model</c>.</summary>
    public MetricVector<IntGauge> ActiveRequests { get; }

    /// <summary>Number of requests from handler start until first token work begins. By <c>model</c>.</summary>
    public MetricVector<IntGauge> QueuedRequests { get; }

    /// <summary>Number of disconnected clients.</summary>
    public IntGauge DisconnectedClients { get; }

    /// <summary>Duration of LLM requests. By <c>model</c>.</summary>
    public MetricVector<Histogram> RequestDurationSeconds { get; }

    /// <summary>Input sequence length in tokens. By <c>model</c>.</summary>
    public MetricVector<Histogram> InputSequenceTokens { get; }

    /// <summary>Output sequence length in tokens. By <c>model</c>.</summary>
    public MetricVector<Histogram> OutputSequenceTokens { get; }

    /// <summary>Number of cached tokens (prefix cache hits) per request. By <c>model</c>.</summary>
    public MetricVector<Histogram> CachedTokens { get; }

    /// <summary>Total number of output tokens generated (updates in real-time). By <c>model</c>.</summary>
    public MetricVector<IntCounter> OutputTokensTotal { get; }

    /// <summary>Time to first token in seconds. By <c>model</c>.</summary>
    public MetricVector<Histogram> TimeToFirstTokenSeconds { get; }

    /// <summary>Inter-token latency in seconds. By <c>model</c>.</summary>
    public MetricVector<Histogram> InterTokenLatencySeconds { get; }

    /// <summary>Tokenizer latency in milliseconds. By <c>operation</c>.</summary>
    public MetricVector<Histogram> TokenizerLatencyMs { get; }

    /// <summary>Latency of embedding requests in seconds. By <c>model</c>.</summary>
    public MetricVector<Histogram> EmbeddingLatencySeconds { get; }

    /// <summary>Number of images per request. By <c>model</c>.</summary>
    public MetricVector<Histogram> ImagesPerRequest { get; }

    /// <summary>Number of videos per request. By <c>model</c>.</summary>
    public MetricVector<Histogram> VideosPerRequest { get; }

    /// <summary>Number of audio clips per request. By <c>model</c>.</summary>
    public MetricVector<Histogram> AudioPerRequest { get; }

    /// <summary>Number of image tokens per request. By <c>model</c>.</summary>
    public MetricVector<Histogram> ImageTokensPerRequest { get; }

    /// <summary>Total KV blocks available for a worker serving the model. By <c>model</c>.</summary>
    public MetricVector<IntGauge> ModelTotalKvBlocks { get; }

    /// <summary>Maximum number of sequences for a worker serving the model. By <c>model</c>.</summary>
    public MetricVector<IntGauge> ModelMaxNumSeqs { get; }

    /// <summary>Maximum number of batched tokens for a worker serving the model. By <c>model</c>.</summary>
    public MetricVector<IntGauge> ModelMaxNumBatchedTokens { get; }

    /// <summary>Maximum context length in tokens for a worker serving the model. By <c>model</c>.</summary>
    public MetricVector<IntGauge> ModelContextLength { get; }

    /// <summary>KV cache block size in tokens for a worker serving the model. By <c>model</c>.</summary>
    public MetricVector<IntGauge> ModelKvCacheBlockSize { get; }

    /// <summary>Maximum number of request migrations allowed for the model. By <c>model</c>.</summary>
    public MetricVector<IntGauge> ModelMigrationLimit { get; }

    /// <summary>Total number of request migrations due to worker unavailability. By <c>model</c>, <c>migration_type</c>.</summary>
    public MetricVector<IntCounter> ModelMigrationTotal { get; }

    /// <summary>Duration of request migrations in seconds. By <c>model</c>, <c>migration_type</c>, <c>outcome</c>.</summary>
    public MetricVector<Histogram> ModelMigrationDurationSeconds { get; }

    /// <summary>Total number of migrations given up because the sequence is too long. By <c>model</c>.</summary>
    public MetricVector<IntCounter> ModelMigrationMaxSeqLenExceededTotal { get; }

    /// <summary>Total number of requests cancelled. By <c>model</c>, <c>endpoint</c>, <c>request_type</c>.</summary>
    public MetricVector<IntCounter> ModelCancellationTotal { get; }

    /// <summary>Total number of requests rejected. By <c>model</c>, <c>endpoint</c>.</summary>
    public MetricVector<IntCounter> ModelRejectionTotal { get; }

    /// <summary>KV blocks in use by running requests of the worker's rank. By <c>worker_id</c>, <c>dp_rank</c>, <c>worker_type</c>.</summary>
    public MetricVector<Gauge> WorkerActiveDecodeBlocks { get; }

    /// <summary>Prompt tokens being prefilled by the worker's rank; only where the load event tells. By <c>worker_id</c>, <c>dp_rank</c>, <c>worker_type</c>.</summary>
    public MetricVector<Gauge> WorkerActivePrefillTokens { get; }

    /// <summary>Last observed time to first token of the worker. By <c>worker_id</c>, <c>dp_rank</c>, <c>worker_type</c>.</summary>
    public MetricVector<Gauge> WorkerLastTimeToFirstTokenSeconds { get; }

    /// <summary>Last observed input sequence length of the worker. By <c>worker_id</c>, <c>dp_rank</c>, <c>worker_type</c>.</summary>
    public MetricVector<Gauge> WorkerLastInputSequenceTokens { get; }

    /// <summary>Last observed inter-token latency of the worker. By <c>worker_id</c>, <c>dp_rank</c>, <c>worker_type</c>.</summary>
    public MetricVector<Gauge> WorkerLastInterTokenLatencySeconds { get; }

    /// <summary>Number of requests pending in the router queue. By <c>worker_type</c>.</summary>
    public MetricVector<IntGauge> RouterQueuePendingRequests { get; }

    /// <summary>Makes a prefix valid: an empty one, or one that cannot be made valid, is the default.</summary>
    /// <param name="prefix">What was asked for.</param>
    /// <param name="warning">What to tell the user if it is not taken as it is; null if it is.</param>
    public static string SanitizePrefix(string? prefix, out string? warning)
    {
        warning = null;
        if (string.IsNullOrEmpty(prefix))
        {
            return DefaultPrefix;
        }

        if (!MetricNames.TrySanitizeMetricName(prefix, out var sanitized))
        {
            warning = $"{PrefixVariable} '{prefix}' has no character that a metric name may hold; '{DefaultPrefix}' is used.";
            return DefaultPrefix;
        }

        warning = sanitized == prefix ? null : $"{PrefixVariable} '{prefix}' is not a metric name; '{sanitized}' is used.";
        return sanitized;
    }

    /// <summary>Follows one request: counts it as in flight now, and as an error when it is disposed of without <see cref="FrontendRequest.Succeed"/>.</summary>
    /// <param name="model">Model.</param>
    /// <param name="endpoint">Such as <c>chat_completions</c>.</param>
    /// <param name="streaming">Whether the answer is streamed.</param>
    /// <param name="time">Clock of the duration.</param>
    public FrontendRequest Begin(string model, string endpoint, bool streaming, TimeProvider? time = null) => new(this, model, endpoint, streaming ? "stream" : "unary", time ?? TimeProvider.System);
}
