using DynamoAspire.Engines.Configuration;
using DynamoAspire.Metrics.Multiprocess;

namespace DynamoAspire.MetricsAggregator.Options;

/// <summary>The mode in which one gauge of multiprocess directories is read, whatever mode it was written in.</summary>
public sealed record GaugeModeOptions : IValidatedOptions
{
    /// <summary>Name of the engine or the directory whose files this is for; empty is for all. What names a directory wins.</summary>
    public string Directory { get; init; } = "";

    /// <summary>Name of the gauge.</summary>
    public string Family { get; init; } = "";

    /// <summary>How its values of several processes become what is reported.</summary>
    public GaugeMode? Mode { get; init; }

    /// <inheritdoc/>
    public void Validate(ConfigurationProblems problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        if (Family.Length == 0)
        {
            problems.Add(nameof(Family), "is missing; write the name of a gauge, such as vllm:num_requests_running");
        }

        if (Mode is null)
        {
            problems.Add(nameof(Mode), $"is missing; write one of {string.Join(", ", Enum.GetNames<GaugeMode>())}");
        }
    }

    /// <summary>The modes for one directory.</summary>
    internal static Dictionary<string, GaugeMode> For(string directory, IReadOnlyList<GaugeModeOptions> all)
    {
        var modes = new Dictionary<string, GaugeMode>(StringComparer.Ordinal);
        foreach (var entry in all.Where(e => e.Directory.Length == 0).Concat(all.Where(e => e.Directory == directory)))
        {
            modes[entry.Family] = entry.Mode!.Value;
        }

        return modes;
    }
}
