namespace DynamoAspire.EngineSimulator.Events;

/// <summary>Frames of a replay answer after identity and delimiter.</summary>
public enum ReplayLayout
{
    /// <summary>Topic, sequence, payload: vLLM 0.26 and later.</summary>
    Topic = 0,

    /// <summary>Sequence, payload: vLLM before, and SGLang.</summary>
    Legacy,
}
