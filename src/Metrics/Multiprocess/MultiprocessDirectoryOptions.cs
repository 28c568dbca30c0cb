namespace DynamoAspire.Metrics.Multiprocess;

/// <summary>How a directory is read.</summary>
public sealed record MultiprocessDirectoryOptions
{
    /// <summary>The defaults.</summary>
    public static MultiprocessDirectoryOptions Default { get; } = new();

    /// <summary>Labels added to every series that does not carry a label of that name itself.</summary>
    public IReadOnlyList<(string Name, string Value)> Labels { get; init; } = [];

    /// <summary>Most files read; the rest is skipped as <see cref="MultiprocessSkipReason.TooMany"/>.</summary>
    public int MaxFiles { get; init; } = 50_000;

    /// <summary>Most bytes in use of one file; a larger one is skipped as <see cref="MultiprocessSkipReason.TooLarge"/>.</summary>
    public int MaxFileBytes { get; init; } = 512 * 1024 * 1024;

    /// <summary>Longest key, in bytes; an entry with a longer one ends its file as <see cref="MultiprocessSkipReason.Torn"/>.</summary>
    public int MaxKeyBytes { get; init; } = 1024 * 1024;

    /// <summary>
    /// Most files kept open between collections (Linux), which is much of what makes a warm collection of many small files quick; never more than half of what this process may open.
    /// 0 opens each file at every collection. The space of a file that is deleted meanwhile is given back at the next collection.
    /// </summary>
    public int MaxOpenFiles { get; init; } = 16_384;

    /// <summary>Most threads that read at the same time, the caller's included; never more than there are processors.</summary>
    public int MaxThreads { get; init; } = 4;
}
