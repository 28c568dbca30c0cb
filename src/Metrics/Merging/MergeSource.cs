using DynamoAspire.Metrics.Model;

namespace DynamoAspire.Metrics.Merging;

/// <summary>Who a snapshot comes from.</summary>
/// <param name="Name">Name for messages.</param>
/// <param name="Origin">
/// What the values are about, such as an engine. Within one origin a family that is file-backed is taken from the files only; sources of different origins never hide each other's families.
/// </param>
/// <param name="Kind">Where the values are kept.</param>
public sealed record MergeSource(string Name, string Origin, MetricSourceKind Kind = MetricSourceKind.InMemory);
