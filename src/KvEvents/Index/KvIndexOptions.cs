namespace DynamoAspire.KvEvents.Index;

/// <summary>What an index does where the wire leaves a choice, and its bounds.</summary>
public sealed record KvIndexOptions
{
    /// <summary>The defaults.</summary>
    public static KvIndexOptions Default { get; } = new();

    /// <summary>What a <c>cleared</c> event empties.</summary>
    public KvClearScope ClearScope { get; init; } = KvClearScope.Worker;

    /// <summary>Most blocks over all worker-ranks; at up to 64 bytes each the default is 2 GiB. Engines bound what they hold, so this is a safety valve.</summary>
    public int MaxBlocks { get; init; } = 1 << 25;

    /// <summary>What happens at <see cref="MaxBlocks"/>.</summary>
    public KvEvictionPolicy Eviction { get; init; } = KvEvictionPolicy.RefuseNew;

    /// <summary>Window in which look-ups of a prefix are counted (<see cref="KvMatches.Frequencies"/>); null counts none and costs nothing.</summary>
    public TimeSpan? UseWindow { get; init; }

    /// <summary>Clock of <see cref="UseWindow"/>.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Checks the bounds.</summary>
    internal KvIndexOptions Checked()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxBlocks);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxBlocks, 1 << 30, nameof(MaxBlocks));
        return this;
    }
}
