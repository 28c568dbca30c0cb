using DynamoAspire.Metrics.Registry;

namespace DynamoAspire.Metrics.Components;

/// <summary>What Dynamo's frontends declare.</summary>
public static class FrontendDefinitions
{
    /// <summary>Total number of LLM requests processed.</summary>
    public static MetricDefinition RequestsTotal { get; } = new("requests_total", MetricKind.IntCounterVector, "Total number of LLM requests processed", "model", "endpoint", "request_type", "status", "error_type") { Unit = "requests", Bound = "models × endpoints × 2 × 10" };

    /// <summary>Total number of LLM requests accepted by the frontend handler.</summary>
    public static MetricDefinition RequestsStartedTotal { get; } = new("requests_started_total", MetricKind.IntCounterVector, "Total number of LLM requests accepted by the frontend handler", "model", "endpoint", "request_type") { Unit = "requests", Bound = "models × endpoints × 2", Since = "N" };

    /// <summary>Number of inflight requests.</summary>
    public static MetricDefinition InflightRequests { get; } = new("inflight_requests", MetricKind.IntGaugeVector, "Number of inflight requests", "model") { Unit = "requests", Bound = "models" };

    /// <summary>Number of requests from handler entry to completion.</summary>
    public static MetricDefinition ActiveRequests { get; } = new("active_requests", MetricKind.IntGaugeVector, "Number of requests from handler entry to completion", "model") { Unit = "requests", Bound = "models", Since = "N" };

    /// <summary>Number of requests from handler start until first token work begins.</summary>
    public static MetricDefinition QueuedRequests { get; } = new("queued_requests", MetricKind.IntGaugeVector, "Number of requests from handler start until first token work begins", "model") { Unit = "requests", Bound = "models" };

    /// <summary>Number of disconnected clients.</summary>
    public static MetricDefinition DisconnectedClients { get; } = new("disconnected_clients", MetricKind.IntGauge, "Number of disconnected clients") { Unit = "clients" };

    /// <summary>Duration of LLM requests.</summary>
    public static MetricDefinition RequestDurationSeconds { get; } = new("request_duration_seconds", MetricKind.HistogramVector, "Duration of LLM requests", "model") { Buckets = FrontendBuckets.Default.RequestDuration, Unit = "s", Bound = "models" };

    /// <summary>Input sequence length in tokens.</summary>
    public static MetricDefinition InputSequenceTokens { get; } = new("input_sequence_tokens", MetricKind.HistogramVector, "Input sequence length in tokens", "model") { Buckets = FrontendBuckets.Default.InputSequence, Unit = "tokens", Bound = "models" };

    /// <summary>Output sequence length in tokens.</summary>
    public static MetricDefinition OutputSequenceTokens { get; } = new("output_sequence_tokens", MetricKind.HistogramVector, "Output sequence length in tokens", "model") { Buckets = FrontendBuckets.Default.OutputSequence, Unit = "tokens", Bound = "models" };

    /// <summary>Number of cached tokens (prefix cache hits) per request.</summary>
    public static MetricDefinition CachedTokens { get; } = new("cached_tokens", MetricKind.HistogramVector, "Number of cached tokens (prefix cache hits) per request", "model") { Buckets = FrontendBuckets.Default.InputSequence, Unit = "tokens", Bound = "models" };

    /// <summary>Total number of output tokens generated (updates in real-time).</summary>
    public static MetricDefinition OutputTokensTotal { get; } = new("output_tokens_total", MetricKind.IntCounterVector, "Total number of output tokens generated (updates in real-time)", "model") { Unit = "tokens", Bound = "models" };

    /// <summary>Time to first token in seconds.</summary>
    public static MetricDefinition TimeToFirstTokenSeconds { get; } = new("time_to_first_token_seconds", MetricKind.HistogramVector, "Time to first token in seconds", "model") { Buckets = FrontendBuckets.Default.TimeToFirstToken, Unit = "s", Bound = "models" };

    /// <summary>Inter-token latency in seconds.</summary>
    public static MetricDefinition InterTokenLatencySeconds { get; } = new("inter_token_latency_seconds", MetricKind.HistogramVector, "Inter-token latency in seconds", "model") { Buckets = FrontendBuckets.Default.InterToken, Unit = "s", Bound = "models" };

    /// <summary>Tokenizer latency in milliseconds.</summary>
    public static MetricDefinition TokenizerLatencyMs { get; } = new("tokenizer_latency_ms", MetricKind.HistogramVector, "Tokenizer latency in milliseconds", "operation") { Buckets = FrontendBuckets.TokenizerMilliseconds, Unit = "ms", Bound = "2" };

    /// <summary>Latency of embedding requests in seconds.</summary>
    public static MetricDefinition EmbeddingLatencySeconds { get; } = new("embedding_latency_seconds", MetricKind.HistogramVector, "Latency of embedding requests in seconds", "model") { Buckets = FrontendBuckets.Default.EmbeddingLatency, Unit = "s", Bound = "models", Since = "N" };

    /// <summary>Number of images per request.</summary>
    public static MetricDefinition ImagesPerRequest { get; } = new("images_per_request", MetricKind.HistogramVector, "Number of images per request", "model") { Buckets = FrontendBuckets.MediaPerRequest, Unit = "images", Bound = "models", Since = "N" };

    /// <summary>Number of videos per request.</summary>
    public static MetricDefinition VideosPerRequest { get; } = new("videos_per_request", MetricKind.HistogramVector, "Number of videos per request", "model") { Buckets = FrontendBuckets.MediaPerRequest, Unit = "videos", Bound = "models", Since = "N" };

    /// <summary>Number of audio clips per request.</summary>
    public static MetricDefinition AudioPerRequest { get; } = new("audio_per_request", MetricKind.HistogramVector, "Number of audio clips per request", "model") { Buckets = FrontendBuckets.MediaPerRequest, Unit = "clips", Bound = "models", Since = "N" };

    /// <summary>Number of image tokens per request.</summary>
    public static MetricDefinition ImageTokensPerRequest { get; } = new("image_tokens_per_request", MetricKind.HistogramVector, "Number of image tokens per request", "model") { Buckets = FrontendBuckets.ImageTokens, Unit = "tokens", Bound = "models", Since = "N" };

    /// <summary>Total KV blocks available for a worker serving the model.</summary>
    public static MetricDefinition ModelTotalKvBlocks { get; } = new("model_total_kv_blocks", MetricKind.IntGaugeVector, "Total KV blocks available for a worker serving the model", "model") { Unit = "blocks", Bound = "models" };

    /// <summary>Maximum number of sequences for a worker serving the model.</summary>
    public static MetricDefinition ModelMaxNumSeqs { get; } = new("model_max_num_seqs", MetricKind.IntGaugeVector, "Maximum number of sequences for a worker serving the model", "model") { Unit = "sequences", Bound = "models" };

    /// <summary>Maximum number of batched tokens for a worker serving the model.</summary>
    public static MetricDefinition ModelMaxNumBatchedTokens { get; } = new("model_max_num_batched_tokens", MetricKind.IntGaugeVector, "Maximum number of batched tokens for a worker serving the model", "model") { Unit = "tokens", Bound = "models" };

    /// <summary>Maximum context length in tokens for a worker serving the model.</summary>
    public static MetricDefinition ModelContextLength { get; } = new("model_context_length", MetricKind.IntGaugeVector, "Maximum context length in tokens for a worker serving the model", "model") { Unit = "tokens", Bound = "models" };

    /// <summary>KV cache block size in tokens for a worker serving the model.</summary>
    public static MetricDefinition ModelKvCacheBlockSize { get; } = new("model_kv_cache_block_size", MetricKind.IntGaugeVector, "KV cache block size in tokens for a worker serving the model", "model") { Unit = "tokens", Bound = "models" };

    /// <summary>Maximum number of request migrations allowed for the model.</summary>
    public static MetricDefinition ModelMigrationLimit { get; } = new("model_migration_limit", MetricKind.IntGaugeVector, "Maximum number of request migrations allowed for the model", "model") { Unit = "migrations", Bound = "models" };

    /// <summary>Total number of request migrations due to worker unavailability.</summary>
    public static MetricDefinition ModelMigrationTotal { get; } = new("model_migration_total", MetricKind.IntCounterVector, "Total number of request migrations due to worker unavailability", "model", "migration_type") { Unit = "migrations", Bound = "models × 2" };

    /// <summary>Duration of request migrations in seconds.</summary>
    public static MetricDefinition ModelMigrationDurationSeconds { get; } = new("model_migration_duration_seconds", MetricKind.HistogramVector, "Duration of request migrations in seconds", "model", "migration_type", "outcome") { Buckets = FrontendBuckets.MigrationSeconds, Unit = "s", Bound = "models × 6", Since = "N" };

    /// <summary>Total number of migrations given up because the sequence is too long.</summary>
    public static MetricDefinition ModelMigrationMaxSeqLenExceededTotal { get; } = new("model_migration_max_seq_len_exceeded_total", MetricKind.IntCounterVector, "Total number of migrations given up because the sequence is too long", "model") { Unit = "migrations", Bound = "models", Since = "N" };

    /// <summary>Total number of requests cancelled.</summary>
    public static MetricDefinition ModelCancellationTotal { get; } = new("model_cancellation_total", MetricKind.IntCounterVector, "Total number of requests cancelled", "model", "endpoint", "request_type") { Unit = "requests", Bound = "models × endpoints × 2", Since = "v1" };

    /// <summary>Total number of requests rejected.</summary>
    public static MetricDefinition ModelRejectionTotal { get; } = new("model_rejection_total", MetricKind.IntCounterVector, "Total number of requests rejected", "model", "endpoint") { Unit = "requests", Bound = "models × endpoints", Since = "v1" };

    /// <summary>KV blocks in use by running requests of the worker's rank.</summary>
    public static MetricDefinition WorkerActiveDecodeBlocks { get; } = new("worker_active_decode_blocks", MetricKind.GaugeVector, "KV blocks in use by running requests of the worker's rank.", "worker_id", "dp_rank", "worker_type") { Unit = "blocks", Bound = "ranks" };

    /// <summary>Prompt tokens being prefilled by the worker's rank; only where the load event tells.</summary>
    public static MetricDefinition WorkerActivePrefillTokens { get; } = new("worker_active_prefill_tokens", MetricKind.GaugeVector, "Prompt tokens being prefilled by the worker's rank; only where the load event tells.", "worker_id", "dp_rank", "worker_type") { Unit = "tokens", Bound = "ranks" };

    /// <summary>Last observed time to first token of the worker.</summary>
    public static MetricDefinition WorkerLastTimeToFirstTokenSeconds { get; } = new("worker_last_time_to_first_token_seconds", MetricKind.GaugeVector, "Last observed time to first token of the worker", "worker_id", "dp_rank", "worker_type") { Unit = "s", Bound = "ranks", Since = "v1" };

    /// <summary>Last observed input sequence length of the worker.</summary>
    public static MetricDefinition WorkerLastInputSequenceTokens { get; } = new("worker_last_input_sequence_tokens", MetricKind.GaugeVector, "Last observed input sequence length of the worker", "worker_id", "dp_rank", "worker_type") { Unit = "tokens", Bound = "ranks", Since = "v1" };

    /// <summary>Last observed inter-token latency of the worker.</summary>
    public static MetricDefinition WorkerLastInterTokenLatencySeconds { get; } = new("worker_last_inter_token_latency_seconds", MetricKind.GaugeVector, "Last observed inter-token latency of the worker", "worker_id", "dp_rank", "worker_type") { Unit = "s", Bound = "ranks", Since = "v1" };

    /// <summary>Number of requests pending in the router queue.</summary>
    public static MetricDefinition RouterQueuePendingRequests { get; } = new("router_queue_pending_requests", MetricKind.IntGaugeVector, "Number of requests pending in the router queue", "worker_type") { Unit = "requests", Bound = "worker types", Since = "v1" };

    /// <summary>All of them.</summary>
    public static MetricTable Table { get; } = new(
        "Dynamo frontend",
        FrontendMetrics.DefaultPrefix + "_",
        [],
        [
            RequestsTotal,
            RequestsStartedTotal,
            InflightRequests,
            ActiveRequests,
            QueuedRequests,
            DisconnectedClients,
            RequestDurationSeconds,
            InputSequenceTokens,
            OutputSequenceTokens,
            CachedTokens,
            OutputTokensTotal,
            TimeToFirstTokenSeconds,
            InterTokenLatencySeconds,
            TokenizerLatencyMs,
            EmbeddingLatencySeconds,
            ImagesPerRequest,
            VideosPerRequest,
            AudioPerRequest,
            ImageTokensPerRequest,
            ModelTotalKvBlocks,
            ModelMaxNumSeqs,
            ModelMaxNumBatchedTokens,
            ModelContextLength,
            ModelKvCacheBlockSize,
            ModelMigrationLimit,
            ModelMigrationTotal,
            ModelMigrationDurationSeconds,
            ModelMigrationMaxSeqLenExceededTotal,
            ModelCancellationTotal,
            ModelRejectionTotal,
            WorkerActiveDecodeBlocks,
            WorkerActivePrefillTokens,
            WorkerLastTimeToFirstTokenSeconds,
            WorkerLastInputSequenceTokens,
            WorkerLastInterTokenLatencySeconds,
            RouterQueuePendingRequests,
        ]);
}
