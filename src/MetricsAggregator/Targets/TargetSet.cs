using DynamoAspire.Engines;
using DynamoAspire.Engines.Discovery;
using DynamoAspire.Metrics.Registry;
using DynamoAspire.MetricsAggregator.Discovery;
using DynamoAspire.MetricsAggregator.Options;
using DynamoAspire.MetricsAggregator.Push;
using DynamoAspire.MetricsAggregator.Relabeling;

namespace DynamoAspire.MetricsAggregator.Targets;

/// <summary>All targets: those of the engines, free directories, groups of HTTP targets, and what was pushed.</summary>
internal sealed partial class TargetSet : IDisposable
{
    private readonly List<Target> _fixed = [];
    private readonly ScrapePlan _enginePlan;
    private readonly PushTable _pushed;

    public TargetSet(EngineSet engines, AggregatorOptions options, IConfiguration configuration, TargetContext context, PushTable pushed, MetricRegistry registry)
    {
        _enginePlan = new ScrapePlan(options.EngineScrape, options);
        _pushed = pushed;
        Resolver = new ServiceResolver(configuration);
        foreach (var engine in engines)
        {
            IReadOnlyList<(string, string)> labels = [.. engine.Identity.Labels().Select(l => (l.Key, l.Value))];
            if (engine.Options.MultiprocDir is { Length: > 0 } path)
            {
                var filter = new PrefixFilter(options.EngineScrape.IncludePrefixes, options.EngineScrape.ExcludePrefixes);
                _fixed.Add(new DirectoryTarget(context, engine.Name, path, labels, filter, GaugeModeOptions.For(engine.Name, options.GaugeModes)));
            }

            if (engine.MetricsUrl is { } url)
            {
                _fixed.Add(new HttpTarget(context, new TargetDefinition(engine.Name, engine.Name, url, labels, []), _enginePlan));
            }
        }

        foreach (var directory in options.Directories)
        {
            IReadOnlyList<(string, string)> labels = [("job", directory.Name), .. directory.Labels.Where(l => l.Key != "job").Select(l => (l.Key, l.Value))];
            var filter = new PrefixFilter(directory.IncludePrefixes, directory.ExcludePrefixes);
            _fixed.Add(new DirectoryTarget(context, directory.Name, directory.Path, labels, filter, GaugeModeOptions.For(directory.Name, options.GaugeModes)));
        }

        Groups = [.. options.Scrapes.Select(s => Group(s, options, configuration, context))];
        registry.Function(AggregatorMetrics.Targets, () => All.Count());
    }

    /// <summary>Names of service discovery.</summary>
    public ServiceResolver Resolver { get; }

    public IReadOnlyList<ScrapeGroup> Groups { get; }

    /// <summary>Multiprocess directories, those of engines and free ones.</summary>
    public IEnumerable<DirectoryTarget> Directories => _fixed.OfType<DirectoryTarget>();

    /// <summary>Targets in the order of the engines, an engine's files before its page; then directories, groups, pushes.</summary>
    public IEnumerable<Target> All => _fixed.Concat(Groups.SelectMany(g => g.Targets)).Concat(_pushed.Targets);

    public void Dispose()
    {
        _enginePlan.Dispose();
        foreach (var group in Groups)
        {
            group.Dispose();
        }
    }

    private ScrapeGroup Group(ScrapeOptions options, AggregatorOptions above, IConfiguration configuration, TargetContext context)
    {
        var group = new ScrapeGroup(options, above, context);
        var found = new List<FoundTarget>();
        foreach (var text in options.Urls)
        {
            if (Resolver.TryResolve(new Uri(text), out var url, out var problem))
            {
                found.Add(new FoundTarget(url, []));
            }
            else
            {
                LogUnresolved(context.Logger, options.Name, problem);
            }
        }

        foreach (var service in options.Services)
        {
            var endpoints = ServiceEndpoints.Of(configuration, service, options.MetricsPath).ToList();
            found.AddRange(endpoints.Select(e => new FoundTarget(e, [("__meta_service", service)])));
            if (endpoints.Count == 0)
            {
                LogUnresolved(context.Logger, options.Name, $"service '{service}' has no endpoint; set services__{service}__http__0=http://host:port");
            }
        }

        group.Replace("", found);
        return group;
    }

    [LoggerMessage(EventId = 212, Level = LogLevel.Warning, Message = "A target of {Job} cannot be found: {Problem}")]
    private static partial void LogUnresolved(ILogger logger, string job, string problem);
}
