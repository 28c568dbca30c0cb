using DynamoAspire.KvEvents.MessagePack;

namespace DynamoAspire.KvEvents.Wire;

/// <summary>Bounds of one batch.</summary>
public sealed record KvDecodeLimits
{
    /// <summary>The defaults.</summary>
    public static KvDecodeLimits Default { get; } = new();

    /// <summary>Most events of one batch.</summary>
    public int MaxEvents { get; init; } = 100_000;

    /// <summary>Most block hashes over all events of one batch.</summary>
    public int MaxHashes { get; init; } = 4_000_000;

    /// <summary>Most tokens over all events of one batch.</summary>
    public int MaxTokens { get; init; } = 16_000_000;

    /// <summary>Bounds of the encoding itself.</summary>
    public MessagePackLimits MessagePack { get; init; } = MessagePackLimits.Default;
}
