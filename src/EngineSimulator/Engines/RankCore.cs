using DynamoAspire.Engines;
using DynamoAspire.EngineSimulator.Events;
using DynamoAspire.EngineSimulator.Scheduling;

namespace DynamoAspire.EngineSimulator.Engines;

/// <summary>One rank without its sockets: scheduler, cache, and the events of the current step.</summary>
internal sealed class RankCore
{
    public RankCore(EngineRank rank, SimulatorOptions options)
    {
        Rank = rank;
        Events = new BatchBuilder(options.Schema, options.HashForm, rank.Engine.Options.BlockSize);
        Scheduler = new RankScheduler(options, rank.Engine.Options.BlockSize, Events);
    }

    public EngineRank Rank { get; }

    public BatchBuilder Events { get; }

    public RankScheduler Scheduler { get; }

    /// <summary>What the last step did.</summary>
    public StepReport Report { get; } = new();

    /// <summary>Requests turned away in the last step because too many waited.</summary>
    public int Rejected { get; set; }

    public long PrefixQueries { get; private set; }

    public long PrefixHits { get; private set; }

    public void Step(double now)
    {
        Scheduler.Step(now, Report);
        PrefixQueries += Report.PrefixQueries;
        PrefixHits += Report.PrefixHits;
    }
}
