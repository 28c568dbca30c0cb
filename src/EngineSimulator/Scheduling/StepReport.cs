using DynamoAspire.EngineSimulator.Workload;

namespace DynamoAspire.EngineSimulator.Scheduling;

/// <summary>What one scheduler step did; used again for the next.</summary>
internal sealed class StepReport
{
    public List<double> TimesToFirstToken { get; } = [];

    public List<double> InterTokenTimes { get; } = [];

    public List<SimulatedRequest> Finished { get; } = [];

    /// <summary>Tokens of the step: computed prompt tokens and sampled ones.</summary>
    public int ScheduledTokens { get; set; }

    public int GeneratedTokens { get; set; }

    /// <summary>Prompt tokens of requests whose prefill ended in this step.</summary>
    public int PromptTokens { get; set; }

    /// <summary>Those of <see cref="PromptTokens"/> that came out of the cache.</summary>
    public int CachedPromptTokens { get; set; }

    /// <summary>Tokens looked up in the prefix cache.</summary>
    public int PrefixQueries { get; set; }

    /// <summary>Tokens found there.</summary>
    public int PrefixHits { get; set; }

    public int Preemptions { get; set; }

    public bool DidAnything => ScheduledTokens > 0 || Preemptions > 0 || PrefixQueries > 0;

    public void Reset()
    {
        TimesToFirstToken.Clear();
        InterTokenTimes.Clear();
        Finished.Clear();
        ScheduledTokens = GeneratedTokens = PromptTokens = CachedPromptTokens = PrefixQueries = PrefixHits = Preemptions = 0;
    }
}
