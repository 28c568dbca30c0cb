using System.Globalization;
using DynamoAspire.MetricsAggregator.Options;
using DynamoAspire.MetricsAggregator.Relabeling;
using DynamoAspire.MetricsAggregator.Targets;

namespace DynamoAspire.MetricsAggregator.Discovery;

/// <summary>
/// A configured group: the targets that its URLs, services and lists give at the moment. A target that stays keeps its state; one that goes takes its series with it. Thread-safe.
/// </summary>
internal sealed class ScrapeGroup : IDisposable
{
    private readonly TargetContext _context;
    private readonly RelabelRules _rules;
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, IReadOnlyList<FoundTarget>> _found = new(StringComparer.Ordinal);
    private HttpTarget[] _targets = [];

    public ScrapeGroup(ScrapeOptions options, AggregatorOptions above, TargetContext context)
    {
        Options = options;
        _context = context;
        _rules = new RelabelRules(options.Relabel);
        Plan = new ScrapePlan(options, above);
    }

    public ScrapeOptions Options { get; }

    public ScrapePlan Plan { get; }

    public IReadOnlyList<HttpTarget> Targets => Volatile.Read(ref _targets);

    /// <summary>Targets that a rule has dropped.</summary>
    public IReadOnlyList<FoundTarget> Dropped { get; private set; } = [];

    /// <summary>Takes what one origin (the configuration, a service, a list) names now, in place of what it named before.</summary>
    public void Replace(string origin, IReadOnlyList<FoundTarget> found)
    {
        lock (_gate)
        {
            _found[origin] = found;
            var dropped = new List<FoundTarget>();
            var definitions = new Dictionary<(Uri, string), TargetDefinition>();
            foreach (var target in _found.Values.SelectMany(f => f))
            {
                if (Define(target) is not { } definition)
                {
                    dropped.Add(target);
                }
                else
                {
                    // Two that are the same after the rules are one, as in Prometheus.
                    definitions.TryAdd((definition.Url, string.Join('\u001f', definition.Labels.Select(l => l.Name + "\u001e" + l.Value))), definition);
                }
            }

            Dropped = dropped;
            Apply([.. definitions.Values]);
        }
    }

    public void Dispose() => Plan.Dispose();

    private void Apply(List<TargetDefinition> definitions)
    {
        // Beyond the limit all fail: a part of the targets would look like the whole. Only so many are named that the names are bounded too.
        var over = definitions.Count > Options.TargetLimit;
        var names = new HashSet<string>(StringComparer.Ordinal);
        var wanted = new List<TargetDefinition>();
        foreach (var definition in definitions.Take(Options.TargetLimit))
        {
            var unique = definition;
            for (var i = 2; !names.Add(unique.Name); i++)
            {
                unique = definition with { Name = string.Create(CultureInfo.InvariantCulture, $"{definition.Name}#{i}") };
            }

            wanted.Add(unique);
        }

        // Those that go are taken out before others of the same name come in: both report under that name.
        var old = _targets.ToDictionary(t => t.Definition);
        var stays = wanted.ToHashSet();
        foreach (var gone in _targets.Where(t => !stays.Contains(t.Definition)))
        {
            gone.Retire();
        }

        HttpTarget[] next = [.. wanted.Select(d => old.GetValueOrDefault(d) ?? new HttpTarget(_context, d, Plan))];
        foreach (var target in next)
        {
            target.IsOverTargetLimit = over;
        }

        Volatile.Write(ref _targets, next);
    }

    private TargetDefinition? Define(FoundTarget found)
    {
        var bag = new LabelBag();
        bag.Set("job", Options.Name);
        bag.Set("__address__", found.Url.Authority);
        bag.Set("__scheme__", found.Url.Scheme);
        bag.Set("__metrics_path__", found.Url.AbsolutePath);
        foreach (var (name, value) in Options.Labels)
        {
            bag.Set(name, value);
        }

        foreach (var (name, value) in found.Labels)
        {
            bag.Set(name, value);
        }

        var discovered = bag.All.Select(l => (l.Key, l.Value)).ToArray();
        if (!_rules.Apply(bag) || bag.Get("__address__") is not { Length: > 0 } address)
        {
            return null;
        }

        if (!TargetAddress.TryBuild(bag.Get("__scheme__"), address, bag.Get("__metrics_path__"), found.Url, out var url))
        {
            return null;
        }

        if (!bag.Contains("instance"))
        {
            bag.Set("instance", address);
        }

        var labels = bag.All.Where(l => !l.Key.StartsWith("__", StringComparison.Ordinal)).Select(l => (l.Key, l.Value)).ToArray();
        return new TargetDefinition(Options.Name, $"{Options.Name}/{bag.Get("instance")}", url, labels, discovered);
    }
}

/// <summary>A target as an origin names it.</summary>
/// <param name="Url">Where it is.</param>
/// <param name="Labels">What the origin says of it; those that begin with two underscores are for rules only.</param>
internal sealed record FoundTarget(Uri Url, IReadOnlyList<(string Name, string Value)> Labels);
