namespace DynamoAspire.Metrics.Registry;

/// <summary>The metrics that one part of a system declares, as the reference lists them.</summary>
/// <param name="Title">Heading.</param>
/// <param name="Prefix">Prefix of the registry that the metrics are made in.</param>
/// <param name="CommonLabels">Labels that registry puts on all of them.</param>
/// <param name="Definitions">The metrics.</param>
public sealed record MetricTable(string Title, string Prefix, IReadOnlyList<string> CommonLabels, IReadOnlyList<MetricDefinition> Definitions);
