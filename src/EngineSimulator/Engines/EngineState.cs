using DynamoAspire.EngineSimulator.Events;

namespace DynamoAspire.EngineSimulator.Engines;

/// <summary>What <c>/control/state</c> tells of an engine.</summary>
internal sealed record EngineState(
    string Name, ulong WorkerId, string State, int Life, double RequestsPerSecond, long Steps, long StatRecordsSent, ulong StatRecordsDropped, IReadOnlyList<RankState> Ranks)
{
    public static EngineState Of(SimulatedEngine engine, EngineLife? life, int number, IReadOnlyList<LossInjector> losses) => new(
        engine.Engine.Name,
        engine.Engine.WorkerId,
        life is null ? "down" : "up",
        number,
        engine.RequestsPerSecond,
        life?.Core.Steps ?? 0,
        life?.Stats?.Sent ?? 0,
        life?.Stats?.Dropped ?? 0,
        [.. engine.Engine.Ranks.Select((r, i) => RankState.Of(r, life, i, losses[i]))]);
}
