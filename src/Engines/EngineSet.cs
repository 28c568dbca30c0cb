using System.Collections;
using System.Collections.Frozen;
using DynamoAspire.Engines.Addresses;
using DynamoAspire.Engines.Configuration;
using DynamoAspire.Engines.Discovery;
using Microsoft.Extensions.Configuration;

namespace DynamoAspire.Engines;

/// <summary>
/// All configured engines. Every service reads them through this class, so that all agree on worker ids, labels and addresses.
/// Immutable and safe to share.
/// </summary>
public sealed class EngineSet : IReadOnlyList<Engine>
{
    private readonly Engine[] _engines;
    private readonly FrozenDictionary<string, Engine> _byName;
    private readonly FrozenDictionary<ulong, Engine> _byWorkerId;

    private EngineSet(Engine[] engines)
    {
        _engines = engines;
        _byName = engines.ToFrozenDictionary(e => e.Name, StringComparer.Ordinal);
        _byWorkerId = engines.ToFrozenDictionary(e => e.WorkerId);
    }

    /// <summary>No engines.</summary>
    public static EngineSet Empty { get; } = new([]);

    /// <inheritdoc/>
    public int Count => _engines.Length;

    /// <inheritdoc/>
    public Engine this[int index] => _engines[index];

    /// <summary>All ranks of all engines, in order.</summary>
    public IEnumerable<EngineRank> Ranks => _engines.SelectMany(e => e.Ranks);

    /// <summary>Reads the section <c>Engines</c>.</summary>
    /// <exception cref="ConfigurationInvalidException">Lists every problem of every engine.</exception>
    public static EngineSet FromConfiguration(IConfiguration configuration)
    {
        var problems = new ConfigurationProblems();
        var set = FromConfiguration(configuration, problems);
        problems.ThrowIfAny();
        return set;
    }

    /// <summary>Reads the section <c>Engines</c>, adding what is wrong to a list; with problems the result is <see cref="Empty"/>.</summary>
    public static EngineSet FromConfiguration(IConfiguration configuration, ConfigurationProblems problems)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(problems);
        var section = configuration.GetSection(EngineOptions.Section);
        if (section.Value is { Length: > 0 })
        {
            problems.Add(section.Path, $"is a single value, but this is a list of engines; write {EngineOptions.Section}:0:Name and so on");
        }

        var engines = section.GetChildren().Select(s => (s.Key, OptionsReader.Read<EngineOptions>(s, problems))).ToList();
        return Create(engines, new ServiceResolver(configuration), problems);
    }

    /// <summary>Makes a set from options written in code.</summary>
    /// <exception cref="ConfigurationInvalidException">Lists every problem of every engine.</exception>
    public static EngineSet Create(params IEnumerable<EngineOptions> engines)
    {
        ArgumentNullException.ThrowIfNull(engines);
        var problems = new ConfigurationProblems();
        var all = engines.Select((e, i) => (Key: i.ToString(System.Globalization.CultureInfo.InvariantCulture), Options: e)).ToList();
        foreach (var (key, options) in all)
        {
            options.Validate(problems.At(EngineOptions.Section + ":" + key));
        }

        var set = Create(all, ServiceResolver.None, problems);
        problems.ThrowIfAny();
        return set;
    }

    /// <summary>The engine of a name (exact), or null.</summary>
    public Engine? FindByName(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The engine of a worker id, or null.</summary>
    public Engine? FindByWorkerId(ulong workerId) => _byWorkerId.GetValueOrDefault(workerId);

    /// <inheritdoc/>
    public IEnumerator<Engine> GetEnumerator() => ((IEnumerable<Engine>)_engines).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private static EngineSet Create(List<(string Key, EngineOptions Options)> engines, ServiceResolver resolver, ConfigurationProblems problems)
    {
        var at = problems.At(EngineOptions.Section);
        EngineSetRules.CheckUnique(engines, at);
        EngineSetRules.CheckPorts(engines, at);
        var resolved = engines.Select(e => (
            e.Options,
            Metrics: Resolve(at.At(e.Key), nameof(EngineOptions.MetricsUrl), e.Options.MetricsUrl),
            Health: Resolve(at.At(e.Key), nameof(EngineOptions.HealthUrl), e.Options.HealthUrl))).ToList();
        return problems.All.Count > 0 ? Empty : new([.. resolved.Select((e, i) => new Engine(i, e.Options, e.Metrics, e.Health))]);

        Uri? Resolve(ConfigurationProblems where, string key, string? url)
        {
            if (!Uri.TryCreate(url, UriKind.Absolute, out var uri))
            {
                return null;
            }

            if (!resolver.TryResolve(uri, out var result, out var problem))
            {
                where.Add(key, problem);
            }

            return result;
        }
    }
}
