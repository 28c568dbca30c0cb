namespace DynamoAspire.EngineSimulator.Workload;

/// <summary>A dialogue whose every turn repeats all that was said before, which is what prefix caching lives on.</summary>
internal sealed class Conversation(int rank, List<uint> history, int turnsLeft)
{
    /// <summary>Rank that serves it: load balancers keep a session together.</summary>
    public int Rank { get; } = rank;

    /// <summary>Tokens so far, the system prompt first.</summary>
    public List<uint> History { get; } = history;

    public int TurnsLeft { get; set; } = turnsLeft;
}
