using DynamoAspire.Engines;
using DynamoAspire.MetricsAggregator.Options;

namespace DynamoAspire.MetricsAggregator.Targets;

/// <summary>All targets of the configured engines.</summary>
internal sealed class TargetSet
{
    public TargetSet(EngineSet engines, AggregatorOptions options, TargetHttp http, TargetMetrics metrics, TimeProvider time, ILoggerFactory loggers)
    {
        var logger = loggers.CreateLogger("DynamoAspire.MetricsAggregator.Targets");
        var all = new List<Target>();
        foreach (var engine in engines)
        {
            IReadOnlyList<(string, string)> labels = [.. engine.Identity.Labels().Select(l => (l.Key, l.Value))];
            if (engine.Options.MultiprocDir is { Length: > 0 } path)
            {
                all.Add(new DirectoryTarget(engine.Name, path, labels, metrics.Of(engine.Name, DirectoryTarget.SourceKind), time, logger));
            }

            if (engine.MetricsUrl is { } url)
            {
                all.Add(new HttpTarget(engine.Name, url, labels, options.Limits, http.Client, metrics.Of(engine.Name, HttpTarget.SourceKind)));
            }
        }

        All = all;
    }

    /// <summary>Targets in the order of the engines, an engine's files before its page.</summary>
    public IReadOnlyList<Target> All { get; }
}
