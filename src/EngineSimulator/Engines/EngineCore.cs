using DynamoAspire.Engines;
using DynamoAspire.EngineSimulator.Workload;

namespace DynamoAspire.EngineSimulator.Engines;

/// <summary>
/// One life of an engine, from start to restart, without anything outside: requests arrive and every rank takes a step. Time is that of
/// the steps, so the same seed gives the same events whatever the machine is doing. Not thread-safe.
/// </summary>
internal sealed class EngineCore
{
    private readonly WorkloadGenerator _workload;
    private readonly double _stepSeconds;

    /// <param name="engine">The engine.</param>
    /// <param name="options">How it behaves.</param>
    /// <param name="life">0 at first, counted up by restarts: the requests of another life are other ones.</param>
    public EngineCore(Engine engine, SimulatorOptions options, int life)
    {
        _workload = new WorkloadGenerator(options, engine.Index + (life * 1_024), engine.Ranks.Count);
        _stepSeconds = options.StepInterval.TotalSeconds;
        Ranks = [.. engine.Ranks.Select(r => new RankCore(r, options))];
    }

    public IReadOnlyList<RankCore> Ranks { get; }

    /// <summary>Steps taken.</summary>
    public long Steps { get; private set; }

    public void Step(double requestsPerSecond)
    {
        var now = ++Steps * _stepSeconds;
        foreach (var rank in Ranks)
        {
            rank.Rejected = 0;
        }

        for (var i = _workload.Arrivals(_stepSeconds, requestsPerSecond); i > 0; i--)
        {
            var request = _workload.Next();
            request.ArrivedAt = now - _stepSeconds;
            if (!Ranks[request.Rank].Scheduler.TryAdd(request))
            {
                Ranks[request.Rank].Rejected++;
            }
        }

        foreach (var rank in Ranks)
        {
            rank.Step(now);
        }
    }
}
