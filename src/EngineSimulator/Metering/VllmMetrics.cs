using System.Globalization;
using DynamoAspire.Engines;
using DynamoAspire.Metrics.Multiprocess.Writing;
using DynamoAspire.Metrics.Registry;

namespace DynamoAspire.EngineSimulator.Metering;

/// <summary>All metrics of one engine that is up: those of the newest vLLM with prefix caching on and no connector.</summary>
internal sealed class VllmMetrics : IDisposable
{
    private readonly VllmFamilies _families;
    private readonly MultiprocessWriter? _files;

    public VllmMetrics(Engine engine, SimulatorOptions options, MultiprocessWriter? files)
    {
        _files = files;
        _families = new VllmFamilies(engine, files);
        var f = _families;
        var tokens = VllmBuckets.Tokens(options.MaxModelLength);
        var running = f.Gauge("vllm:num_requests_running", "Number of requests in model execution batches.");
        var waiting = f.Gauge("vllm:num_requests_waiting", "Number of requests waiting to be processed.");
        var byReason = f.Gauge(
            "vllm:num_requests_waiting_by_reason",
            "Number of waiting requests by reason. Reason labels: 'capacity' = waiting for scheduling capacity; 'deferred' = deferred by transient constraints (LoRA budget, KV transfer, blocked status). Sum of all reasons equals vllm:num_requests_waiting.",
            "reason");
        var sleep = f.Gauge(
            "vllm:engine_sleep_state",
            "Engine sleep state; awake = 0 means engine is sleeping; awake = 1 means engine is awake; weights_offloaded = 1 means sleep level 1; discard_all = 1 means sleep level 2.",
            "sleep_state");
        var usage = f.Gauge("vllm:kv_cache_usage_perc", "KV-cache usage. 1 means 100 percent usage.");
        var queries = f.Counter("vllm:prefix_cache_queries", "Prefix cache queries, in terms of number of queried tokens.");
        var hits = f.Counter("vllm:prefix_cache_hits", "Prefix cache hits, in terms of number of cached tokens.");
        var externalQueries = f.Counter("vllm:external_prefix_cache_queries", "External prefix cache queries from KV connector cross-instance cache sharing, in terms of number of queried tokens.");
        var externalHits = f.Counter("vllm:external_prefix_cache_hits", "External prefix cache hits from KV connector cross-instance cache sharing, in terms of number of cached tokens.");
        var mediaQueries = f.Counter("vllm:mm_cache_queries", "Multi-modal cache queries, in terms of number of queried items.");
        var mediaHits = f.Counter("vllm:mm_cache_hits", "Multi-modal cache hits, in terms of number of cached items.");
        var preemptions = f.Counter("vllm:num_preemptions", "Cumulative number of preemption from the engine.");
        var prompt = f.Counter("vllm:prompt_tokens", "Number of prefill tokens processed.");
        var bySource = f.Counter("vllm:prompt_tokens_by_source", "Number of prompt tokens by source.", "source");
        var cached = f.Counter("vllm:prompt_tokens_cached", "Number of cached prompt tokens (local + external).");
        var generation = f.Counter("vllm:generation_tokens", "Number of generation tokens processed.");
        var success = f.Counter("vllm:request_success", "Count of successfully processed requests.", "finished_reason");
        var promptLength = f.Histogram("vllm:request_prompt_tokens", "Number of prefill tokens processed.", tokens);
        var answerLength = f.Histogram("vllm:request_generation_tokens", "Number of generation tokens processed.", tokens);
        var iteration = f.Histogram("vllm:iteration_tokens_total", "Histogram of number of tokens per engine_step.", VllmBuckets.IterationTokens);
        var maxGeneration = f.Histogram("vllm:request_max_num_generation_tokens", "Histogram of maximum number of requested generation tokens.", tokens);
        var n = f.Histogram("vllm:request_params_n", "Histogram of the n request parameter.", VllmBuckets.ParallelSamples);
        var maxTokens = f.Histogram("vllm:request_params_max_tokens", "Histogram of the max_tokens request parameter.", tokens);
        var firstToken = f.Histogram("vllm:time_to_first_token_seconds", "Histogram of time to first token in seconds.", VllmBuckets.TimeToFirstToken);
        var interToken = f.Histogram("vllm:inter_token_latency_seconds", "Histogram of inter-token latency in seconds.", VllmBuckets.InterToken);
        var perToken = f.Histogram("vllm:request_time_per_output_token_seconds", "Histogram of time_per_output_token_seconds per request.", VllmBuckets.InterToken);
        var endToEnd = f.Histogram("vllm:e2e_request_latency_seconds", "Histogram of e2e request latency in seconds.", VllmBuckets.Latency);
        var queued = f.Histogram("vllm:request_queue_time_seconds", "Histogram of time spent in WAITING phase for request.", VllmBuckets.Latency);
        var inference = f.Histogram("vllm:request_inference_time_seconds", "Histogram of time spent in RUNNING phase for request.", VllmBuckets.Latency);
        var prefill = f.Histogram("vllm:request_prefill_time_seconds", "Histogram of time spent in PREFILL phase for request.", VllmBuckets.Latency);
        var decode = f.Histogram("vllm:request_decode_time_seconds", "Histogram of time spent in DECODE phase for request.", VllmBuckets.Latency);
        var computed = f.Histogram("vllm:request_prefill_kv_computed_tokens", "Histogram of new KV tokens computed during prefill (excluding cached tokens).", tokens);
        Ranks = [.. engine.Ranks.Select(r => new VllmRankMetrics
        {
            Running = running(r.Rank),
            Waiting = waiting(r.Rank),
            WaitingForCapacity = byReason(r.Rank, "capacity"),
            WaitingDeferred = byReason(r.Rank, "deferred"),
            Awake = sleep(r.Rank, "awake"),
            WeightsOffloaded = sleep(r.Rank, "weights_offloaded"),
            DiscardedAll = sleep(r.Rank, "discard_all"),
            Usage = usage(r.Rank),
            PrefixQueries = queries(r.Rank),
            PrefixHits = hits(r.Rank),
            Preemptions = preemptions(r.Rank),
            PromptTokens = prompt(r.Rank),
            ComputedLocally = bySource(r.Rank, "local_compute"),
            FromLocalCache = bySource(r.Rank, "local_cache_hit"),
            CachedPromptTokens = cached(r.Rank),
            GenerationTokens = generation(r.Rank),
            FinishedByLength = success(r.Rank, "length"),
            Aborted = success(r.Rank, "abort"),
            PromptLength = promptLength(r.Rank),
            AnswerLength = answerLength(r.Rank),
            IterationTokens = iteration(r.Rank),
            MaxGenerationTokens = maxGeneration(r.Rank),
            ParallelSamples = n(r.Rank),
            MaxTokens = maxTokens(r.Rank),
            TimeToFirstToken = firstToken(r.Rank),
            InterTokenTime = interToken(r.Rank),
            TimePerOutputToken = perToken(r.Rank),
            EndToEnd = endToEnd(r.Rank),
            Queued = queued(r.Rank),
            Inference = inference(r.Rank),
            Prefill = prefill(r.Rank),
            Decode = decode(r.Rank),
            ComputedPromptLength = computed(r.Rank),
        })];

        // Series that vLLM makes at start although this engine never moves them: no connector, no media.
        foreach (var rank in engine.Ranks)
        {
            externalQueries(rank.Rank);
            externalHits(rank.Rank);
            mediaQueries(rank.Rank);
            mediaHits(rank.Rank);
            bySource(rank.Rank, "external_kv_transfer");
            foreach (var reason in new[] { "stop", "error", "repetition" })
            {
                success(rank.Rank, reason);
            }
        }

        f.Info(
            "vllm:cache_config_info",
            "Information of the LLMEngine CacheConfig",
            engine.Ranks.Select(r => r.Rank),
            ("block_size", Text(engine.Options.BlockSize)),
            ("cache_dtype", "auto"),
            ("calculate_kv_scales", "False"),
            ("cpu_offload_gb", "0"),
            ("enable_prefix_caching", "True"),
            ("gpu_memory_utilization", "0.9"),
            ("num_gpu_blocks", Text(options.BlocksPerRank)),
            ("num_gpu_blocks_override", "None"),
            ("prefix_caching_hash_algo", "sha256"),
            ("sliding_window", "None"),
            ("swap_space", "4"));
    }

    /// <summary>What <c>/metrics</c> of the engine shows.</summary>
    public MetricRegistry Registry => _families.Registry;

    /// <summary>Handles per rank, in the engine's order.</summary>
    public IReadOnlyList<VllmRankMetrics> Ranks { get; }

    public void Dispose() => _files?.Dispose();

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
