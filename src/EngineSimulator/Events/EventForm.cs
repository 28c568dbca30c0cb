namespace DynamoAspire.EngineSimulator.Events;

/// <summary>What an engine tells of a block beside its hash and tokens. A field that a schema lacks is left out.</summary>
internal sealed record EventForm
{
    /// <summary>Plain blocks of a model with one full-attention group: what a default vLLM sends.</summary>
    public static EventForm Gpu { get; } = new() { Medium = "GPU", GroupIndex = 0, SpecKind = "full_attention" };

    public string? Medium { get; init; }

    public long? LoraId { get; init; }

    public string? LoraName { get; init; }

    /// <summary>Extra keys, MessagePack already; null for none on any block, empty to leave the field unset.</summary>
    public ReadOnlyMemory<byte>? ExtraKeys { get; init; }

    public long? GroupIndex { get; init; }

    public string? SpecKind { get; init; }

    public long? SlidingWindow { get; init; }

    public string? Locality { get; init; }

    public string? Ownership { get; init; }

    public string? SessionId { get; init; }

    public string? CacheSalt { get; init; }
}
