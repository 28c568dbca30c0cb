namespace DynamoAspire.Metrics.Multiprocess;

/// <summary>How a directory is read.</summary>
public sealed record MultiprocessDirectoryOptions
{
    /// <summary>The defaults.</summary>
    public static MultiprocessDirectoryOptions Default { get; } = new();

    /// <summary>Labels added to every series that does not carry a label of that name itself.</summary>
    public IReadOnlyList<(string Name, string Value)> Labels { get; init; } = [];

    /// <summary>
    /// Modes in which gauges are read, by family name, whatever mode they were written in: a gauge written as <see cref="GaugeMode.All"/>, one series per process, can be read as one series.
    /// </summary>
    /// <remarks>
    /// Every mode has what it needs except the most-recent ones where the writer recorded no times (in all other modes, and before prometheus_client 0.18): there a value counts as set
    /// when its file was last modified, which file systems note up to half a minute late, and of equal times the first file wins.
    /// </remarks>
    public IReadOnlyDictionary<string, GaugeMode> GaugeModes { get; init; } = new Dictionary<string, GaugeMode>();

    /// <summary>Called during a collection for what it leaves out, at most once per file and <see cref="SkipReportInterval"/>. Must not call back.</summary>
    public Action<MultiprocessSkip>? FileSkipped { get; init; }

    /// <summary>Pause between two calls of <see cref="FileSkipped"/> for one file.</summary>
    public TimeSpan SkipReportInterval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Clock for <see cref="SkipReportInterval"/>.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

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
