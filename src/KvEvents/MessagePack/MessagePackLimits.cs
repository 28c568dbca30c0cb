namespace DynamoAspire.KvEvents.MessagePack;

/// <summary>Bounds that a reader enforces on bytes from a network.</summary>
public sealed record MessagePackLimits
{
    /// <summary>Deepest nesting a reader ever follows, whatever <see cref="MaxDepth"/> says.</summary>
    public const int HardMaxDepth = 64;

    /// <summary>The defaults.</summary>
    public static MessagePackLimits Default { get; } = new();

    /// <summary>Deepest nesting that a skip follows; at most <see cref="HardMaxDepth"/>.</summary>
    public int MaxDepth { get; init; } = 32;

    /// <summary>Most elements of one array, and most entries of one map.</summary>
    public int MaxCount { get; init; } = 4 * 1024 * 1024;

    /// <summary>Longest text, binary or extension, in bytes.</summary>
    public int MaxLength { get; init; } = 16 * 1024 * 1024;
}
