using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Registry;

namespace DynamoAspire.Metrics.Registration;

/// <summary>Dynamo's set-up flow for an engine's metrics, whatever the state of the multiprocess directory.</summary>
public static class EngineMetricsRegistration
{
    /// <summary>
    /// Makes a registry report an engine's metrics: those of the directory that <c>PROMETHEUS_MULTIPROC_DIR</c> names, and those in memory that the directory does not have.
    /// Filters, names and labels apply to both; the registry's own families are reported as they are, except where the files have them.
    /// </summary>
    /// <param name="registry">Where it is reported.</param>
    /// <param name="prefixes">Starts of the family names that are taken; null takes <see cref="EngineMetricsOptions.Prefixes"/>' default.</param>
    /// <param name="exclude">Starts of the family names that are left out even so.</param>
    /// <param name="addPrefix">Put before names that do not start with it already.</param>
    /// <param name="labels">Labels of series that do not have them. <c>le</c> and <c>quantile</c> are refused.</param>
    /// <param name="memory">The engine's metrics in memory where they are not in <paramref name="registry"/> itself.</param>
    /// <returns>The source, which says which case it found.</returns>
    public static EngineMetrics RegisterEngineMetricsCallback(
        this MetricRegistry registry,
        IReadOnlyList<string>? prefixes = null,
        IReadOnlyList<string>? exclude = null,
        string? addPrefix = null,
        IReadOnlyList<(string Name, string Value)>? labels = null,
        IMetricSource? memory = null) =>
        registry.RegisterEngineMetricsCallback(
            EngineMetricsOptions.FromEnvironment() with
            {
                Prefixes = prefixes ?? EngineMetricsOptions.Default.Prefixes,
                Exclude = exclude ?? [],
                AddPrefix = addPrefix,
                Labels = labels ?? [],
            },
            memory);

    /// <summary>As the other one, with all options and a directory that need not be the environment's.</summary>
    /// <param name="registry">Where it is reported.</param>
    /// <param name="options">Where, what and how.</param>
    /// <param name="memory">The engine's metrics in memory where they are not in <paramref name="registry"/> itself.</param>
    public static EngineMetrics RegisterEngineMetricsCallback(this MetricRegistry registry, EngineMetricsOptions options, IMetricSource? memory = null)
    {
        ArgumentNullException.ThrowIfNull(registry);
        ArgumentNullException.ThrowIfNull(options);
        var metrics = new EngineMetrics(options, memory, header => registry.HasMetricNamed(header.DisplayName));
        metrics.Refresh();
        registry.AddSource(metrics, "engine metrics", metrics.Kind);
        return metrics;
    }
}
