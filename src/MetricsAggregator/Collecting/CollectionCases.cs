using System.Collections.Concurrent;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Multiprocess;
using DynamoAspire.Metrics.Registration;
using DynamoAspire.Metrics.Registry;
using DynamoAspire.MetricsAggregator.Targets;

namespace DynamoAspire.MetricsAggregator.Collecting;

/// <summary>Says of each engine which <see cref="EngineMetricsCase"/> it is in. Thread-safe.</summary>
internal sealed class CollectionCases
{
    private readonly ConcurrentDictionary<string, EngineMetricsCase> _cases = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private readonly TargetContext _context;
    private readonly MetricVector<Gauge> _case;
    private readonly MetricVector<Gauge> _empty;

    public CollectionCases(TargetContext context, MetricRegistry registry)
    {
        _context = context;
        _case = registry.GaugeVector(AggregatorMetrics.EngineCollectionCase);
        _empty = registry.GaugeVector(AggregatorMetrics.MultiprocDirectoryEmpty);
    }

    /// <summary>The case of an engine, or null if it has not been collected.</summary>
    public EngineMetricsCase? Of(string engine) => _cases.TryGetValue(engine, out var found) ? found : null;

    /// <summary>Works out the cases from what the last collection found.</summary>
    public void Update(IReadOnlyList<Target> targets)
    {
        lock (_gate)
        {
            foreach (var engine in targets.Where(t => t is DirectoryTarget || (t is HttpTarget && t.Job == t.Name)).GroupBy(t => t.Name, StringComparer.Ordinal))
            {
                var files = engine.OfType<DirectoryTarget>().FirstOrDefault();
                Set(engine.Key, Decide(files, engine.OfType<HttpTarget>().FirstOrDefault()));
                if (files is not null)
                {
                    _empty.With(engine.Key).Set(files.IsEmptyTooLong ? 1 : 0);
                }
            }
        }
    }

    private EngineMetricsCase Decide(DirectoryTarget? files, HttpTarget? page)
    {
        switch (files?.State)
        {
            case null:
                return EngineMetricsCase.DirectoryUnset;
            case MultiprocessDirectoryState.Missing:
                return EngineMetricsCase.DirectoryMissing;
            case MultiprocessDirectoryState.NotADirectory:
                return EngineMetricsCase.NotADirectory;
            case MultiprocessDirectoryState.Unreadable:
                return EngineMetricsCase.DirectoryUnreadable;
            default:
                lock (_context.PublishGate)
                {
                    return files.Snapshot.SampleCount == 0 ? EngineMetricsCase.DirectoryEmpty
                        : page is not null && Share(files.Snapshot, page.Snapshot) ? EngineMetricsCase.FilesAndMemory
                        : EngineMetricsCase.FilesOnly;
                }
        }
    }

    private static bool Share(MetricSnapshot files, MetricSnapshot page)
    {
        for (var i = 0; i < files.FamilyCount; i++)
        {
            var name = files[i].Header.Name;
            for (var j = 0; j < page.FamilyCount; j++)
            {
                if (name.SequenceEqual(page[j].Header.Name))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private void Set(string engine, EngineMetricsCase value)
    {
        if (_cases.TryGetValue(engine, out var before) && before == value)
        {
            return;
        }

        _case.Remove(engine, before.Name());
        _case.With(engine, value.Name()).Set(1);
        _cases[engine] = value;
    }
}
