using DynamoAspire.EngineSimulator.Scheduling;
using DynamoAspire.EngineSimulator.Workload;

namespace DynamoAspire.EngineSimulator.Metering;

/// <summary>The handles of one rank, and how vLLM moves them.</summary>
internal sealed class VllmRankMetrics
{
    public required GaugePair Running { get; init; }

    public required GaugePair Waiting { get; init; }

    public required GaugePair WaitingForCapacity { get; init; }

    public required GaugePair WaitingDeferred { get; init; }

    public required GaugePair Awake { get; init; }

    public required GaugePair WeightsOffloaded { get; init; }

    public required GaugePair DiscardedAll { get; init; }

    public required GaugePair Usage { get; init; }

    public required CounterPair PrefixQueries { get; init; }

    public required CounterPair PrefixHits { get; init; }

    public required CounterPair Preemptions { get; init; }

    public required CounterPair PromptTokens { get; init; }

    public required CounterPair ComputedLocally { get; init; }

    public required CounterPair FromLocalCache { get; init; }

    public required CounterPair CachedPromptTokens { get; init; }

    public required CounterPair GenerationTokens { get; init; }

    public required CounterPair FinishedByLength { get; init; }

    public required CounterPair Aborted { get; init; }

    public required HistogramPair PromptLength { get; init; }

    public required HistogramPair AnswerLength { get; init; }

    public required HistogramPair IterationTokens { get; init; }

    public required HistogramPair MaxGenerationTokens { get; init; }

    public required HistogramPair ParallelSamples { get; init; }

    public required HistogramPair MaxTokens { get; init; }

    public required HistogramPair TimeToFirstToken { get; init; }

    public required HistogramPair InterTokenTime { get; init; }

    public required HistogramPair TimePerOutputToken { get; init; }

    public required HistogramPair EndToEnd { get; init; }

    public required HistogramPair Queued { get; init; }

    public required HistogramPair Inference { get; init; }

    public required HistogramPair Prefill { get; init; }

    public required HistogramPair Decode { get; init; }

    public required HistogramPair ComputedPromptLength { get; init; }

    /// <summary>When the engine is up.</summary>
    public void Start()
    {
        Awake.Set(1);
        WeightsOffloaded.Set(0);
        DiscardedAll.Set(0);
        Gauges(running: 0, waiting: 0, usage: 0);
    }

    /// <summary>The scheduler's state after a step.</summary>
    public void Gauges(int running, int waiting, double usage)
    {
        Running.Set(running);
        Waiting.Set(waiting);
        WaitingForCapacity.Set(waiting);
        WaitingDeferred.Set(0);
        Usage.Set(usage);
    }

    /// <summary>What a step did.</summary>
    public void Record(StepReport step)
    {
        PrefixQueries.Inc(step.PrefixQueries);
        PrefixHits.Inc(step.PrefixHits);
        Preemptions.Inc(step.Preemptions);
        PromptTokens.Inc(step.PromptTokens);
        ComputedLocally.Inc(step.PromptTokens - step.CachedPromptTokens);
        FromLocalCache.Inc(step.CachedPromptTokens);
        CachedPromptTokens.Inc(step.CachedPromptTokens);
        GenerationTokens.Inc(step.GeneratedTokens);
        if (step.PromptTokens + step.GeneratedTokens > 0)
        {
            IterationTokens.Observe(step.PromptTokens + step.GeneratedTokens);
        }

        foreach (var seconds in step.TimesToFirstToken)
        {
            TimeToFirstToken.Observe(seconds);
        }

        foreach (var seconds in step.InterTokenTimes)
        {
            InterTokenTime.Observe(seconds);
        }

        foreach (var request in step.Finished)
        {
            Finished(request);
        }
    }

    private void Finished(SimulatedRequest request)
    {
        var scheduled = request.ScheduledAt ?? request.ArrivedAt;
        var decode = request.LastTokenAt - request.FirstTokenAt;
        FinishedByLength.Inc(1);
        PromptLength.Observe(request.PromptLength);
        AnswerLength.Observe(request.AnswerLength);
        MaxGenerationTokens.Observe(request.AnswerLength);
        ParallelSamples.Observe(1);
        MaxTokens.Observe(request.AnswerLength);
        ComputedPromptLength.Observe(request.PromptLength - request.CachedTokens);
        TimePerOutputToken.Observe(request.AnswerLength > 1 ? decode / (request.AnswerLength - 1) : 0);
        EndToEnd.Observe(request.LastTokenAt - request.ArrivedAt);
        Queued.Observe(scheduled - request.ArrivedAt);
        Prefill.Observe(request.FirstTokenAt - scheduled);
        Decode.Observe(decode);
        Inference.Observe(request.LastTokenAt - scheduled);
    }
}
