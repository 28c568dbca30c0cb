using DynamoAspire.Engines.Configuration;
using DynamoAspire.Metrics.Multiprocess.Reaping;

namespace DynamoAspire.MetricsAggregator.Options;

/// <summary>Whether and how multiprocess directories are cleared of what dead processes have left; section <c>Aggregator:Reaper</c>. Directories go by the name of their engine or of their entry in <c>Directories</c>.</summary>
public sealed record ReaperOptions : IValidatedOptions
{
    /// <summary>Whether directories are cleared at all.</summary>
    public bool Enabled { get; init; }

    /// <summary>Only says in metrics and log what would be done.</summary>
    public bool DryRun { get; init; }

    /// <summary>Pause between two runs over a directory.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Directories that are cleared; empty for all.</summary>
    public IReadOnlyList<string> Directories { get; init; } = [];

    /// <summary>Directories whose writers cannot be seen from here, as in another container: there a process counts as dead when it has left all its files alone for <see cref="MinimumAge"/>.</summary>
    public IReadOnlyList<string> ByAge { get; init; } = [];

    /// <summary>Age for <see cref="ByAge"/>. An engine that is idle for longer would count as dead.</summary>
    public TimeSpan MinimumAge { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Directories whose writers have the process ids that this service sees, where the file system cannot tell whether a file is in use.</summary>
    public IReadOnlyList<string> SharedProcessIds { get; init; } = [];

    /// <summary>Most files of one type that one run folds; the rest is for the next.</summary>
    public int MaxFiles { get; init; } = 10_000;

    /// <inheritdoc/>
    public void Validate(ConfigurationProblems problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        problems.InRange(nameof(Interval), Interval, TimeSpan.FromSeconds(1), TimeSpan.FromDays(7), "a pause between two runs");
        problems.InRange(nameof(MinimumAge), MinimumAge, TimeSpan.FromMinutes(1), TimeSpan.FromDays(365), "an age of files nobody writes to; some file systems note writes only after half a minute");
        problems.InRange(nameof(MaxFiles), MaxFiles, 1, 1_000_000, "a number of files");
        foreach (var both in ByAge.Intersect(SharedProcessIds, StringComparer.Ordinal))
        {
            problems.Add(nameof(SharedProcessIds), $"'{OptionsReader.Shown(both)}' is in {nameof(ByAge)} too; a directory goes by process ids or by age");
        }
    }

    /// <summary>What a directory's reaper goes by.</summary>
    internal MultiprocessReaperOptions For(string directory, TimeProvider time) => new()
    {
        Liveness = ByAge.Contains(directory) ? ReapLiveness.Age : ReapLiveness.ProcessId,
        SharedProcessIds = SharedProcessIds.Contains(directory),
        MinimumAge = MinimumAge,
        MaxFiles = MaxFiles,
        TimeProvider = time,
    };
}
