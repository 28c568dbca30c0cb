namespace DynamoAspire.Metrics.Registry;

/// <summary>What a registry adds to everything registered in it.</summary>
public sealed record MetricRegistryOptions
{
    /// <summary>The defaults: no prefix, no labels, names must be valid.</summary>
    public static MetricRegistryOptions Default { get; } = new();

    /// <summary>Put before every name, such as <c>dynamo_component_</c>.</summary>
    public string NamePrefix { get; init; } = "";

    /// <summary>Labels of every series, such as <c>dynamo_namespace</c>. A metric cannot have a label of the same name.</summary>
    public IReadOnlyList<(string Name, string Value)> Labels { get; init; } = [];

    /// <summary>Labels that no metric may have, also where <see cref="Labels"/> does not add them: registries above or below do.</summary>
    public IReadOnlyList<string> ReservedLabels { get; init; } = [];

    /// <summary>Whether bad characters in metric and label names become <c>_</c> instead of an error.</summary>
    public bool SanitizeNames { get; init; }

    /// <summary>Most label sets of one vector; see <see cref="MetricVector{T}"/>.</summary>
    public int MaxSeriesPerVector { get; init; } = 10_000;
}
