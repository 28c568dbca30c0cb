using DynamoAspire.Engines;

namespace DynamoAspire.EngineSimulator.Engines;

/// <summary>A prompt that was answered.</summary>
internal sealed record ServedPrompt(EngineRank Rank, uint[] TokenIds);
