using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Multiprocess;
using DynamoAspire.Metrics.Registry;

namespace DynamoAspire.Metrics.Registration;

/// <summary>Puts a multiprocess directory into a registry, as <c>MultiProcessCollector(registry)</c> does in Python.</summary>
public static class MultiprocessCollector
{
    /// <summary>
    /// Registers the directory: collecting the registry reports its families too. A family that only later turns up on both sides is reported from the files;
    /// <see cref="EngineMetricsRegistration"/> settles it that way from the start.
    /// </summary>
    /// <param name="registry">Where to register.</param>
    /// <param name="path">The directory; null takes <c>PROMETHEUS_MULTIPROC_DIR</c>.</param>
    /// <param name="options">How it is read.</param>
    /// <exception cref="DuplicateTimeseriesException">It holds families that the registry reports already; nothing is registered.</exception>
    /// <exception cref="MetricsException">The variable is unset, or the path is no directory.</exception>
    public static MultiprocessDirectory Register(MetricRegistry registry, string? path = null, MultiprocessDirectoryOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(registry);
        path ??= MultiprocessVariable.Read();
        if (string.IsNullOrEmpty(path) || !Directory.Exists(path))
        {
            throw new MetricsException($"env {MultiprocessVariable.Name} is not set or not a directory{(string.IsNullOrEmpty(path) ? "" : $" ('{path}')")}.");
        }

        var directory = new MultiprocessDirectory(path, options);
        var snapshot = new MetricSnapshot();
        directory.Collect(snapshot);
        var names = TimeseriesNames.Of(snapshot);
        registry.Collect(snapshot);
        names.IntersectWith(TimeseriesNames.Of(snapshot));
        if (names.Count > 0)
        {
            throw new DuplicateTimeseriesException([.. names.Order(StringComparer.Ordinal)]);
        }

        registry.AddSource(directory, directory.Path, MetricSourceKind.FileBacked);
        return directory;
    }
}
