using DynamoAspire.Engines.Configuration;
using DynamoAspire.Metrics.Naming;

namespace DynamoAspire.MetricsAggregator.Options;

/// <summary>A multiprocess directory that belongs to no configured engine.</summary>
public sealed record DirectoryOptions : IValidatedOptions
{
    /// <summary>Name: the label <c>job</c>, and what <c>/metrics/{source}</c> is asked for.</summary>
    public string Name { get; init; } = "";

    /// <summary>The directory: <c>PROMETHEUS_MULTIPROC_DIR</c> of those who write to it.</summary>
    public string Path { get; init; } = "";

    /// <summary>Labels of all series in it that do not carry them themselves.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Only families whose names begin so are taken; empty takes all.</summary>
    public IReadOnlyList<string> IncludePrefixes { get; init; } = [];

    /// <summary>Families whose names begin so are left out.</summary>
    public IReadOnlyList<string> ExcludePrefixes { get; init; } = [];

    /// <inheritdoc/>
    public void Validate(ConfigurationProblems problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        if (Name.Length == 0)
        {
            problems.Add(nameof(Name), "is missing; give the directory a name, it becomes the label job");
        }

        if (Path.Length == 0)
        {
            problems.Add(nameof(Path), "is missing; write the path that PROMETHEUS_MULTIPROC_DIR has where the metrics are written");
        }

        foreach (var label in Labels.Keys.Where(l => !MetricNames.IsValidLabelName(l) || l is "le" or "quantile"))
        {
            problems.Add($"{nameof(Labels)}:{label}", "is not a name for a label; use letters, digits and _, and neither le nor quantile");
        }
    }
}
