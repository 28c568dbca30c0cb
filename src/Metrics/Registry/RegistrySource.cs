using DynamoAspire.Metrics.Merging;
using DynamoAspire.Metrics.Model;

namespace DynamoAspire.Metrics.Registry;

/// <summary>Something beside the registry's own metrics that is collected with it.</summary>
internal sealed record RegistrySource(MetricRegistry Registry, IMetricSource Source, MergeSource From);
