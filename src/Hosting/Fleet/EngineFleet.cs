using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using DynamoAspire.Engines;
using DynamoAspire.Hosting.Prometheus;

namespace DynamoAspire.Hosting.Fleet;

/// <summary>
/// The engines of the application: those of the configuration, or simulated ones. Every service is told of them in the same words (<c>Engines__0__Name</c> …).
/// </summary>
public sealed class EngineFleet
{
    private readonly List<EngineOptions> _engines;
    private readonly Dictionary<string, ReferenceExpression> _addresses = new(StringComparer.Ordinal);
    private readonly Dictionary<int, ScrapeTarget> _simulatedMetrics = [];

    internal EngineFleet(IEnumerable<EngineOptions> engines, bool simulated)
    {
        _engines = [.. engines];
        AreSimulated = simulated;
    }

    /// <summary>Whether a simulator stands in for real engines.</summary>
    public bool AreSimulated { get; }

    /// <summary>The engines.</summary>
    internal IReadOnlyList<EngineOptions> Engines => _engines;

    /// <summary>Gives a property of an engine an address that is known only where the application runs.</summary>
    internal void SetAddress(int engine, string property, ReferenceExpression address) => _addresses[Key(engine, property)] = address;

    /// <summary>Variables that describe the engines.</summary>
    /// <param name="own">Values for whoever is the engines itself: it binds what others connect to.</param>
    internal Dictionary<string, object> Environment(IReadOnlyDictionary<string, string>? own = null)
    {
        var variables = new Dictionary<string, object>(StringComparer.Ordinal);
        for (var i = 0; i < _engines.Count; i++)
        {
            foreach (var (key, value) in _engines[i].ToConfiguration(i, "__"))
            {
                variables[key] = value;
            }
        }

        foreach (var (key, address) in _addresses)
        {
            variables[key] = address;
        }

        foreach (var (key, value) in own ?? new Dictionary<string, string>())
        {
            variables[key] = value;
        }

        return variables;
    }

    /// <summary>Targets for Prometheus: every engine with metrics.</summary>
    internal IEnumerable<ScrapeTarget> ScrapeTargets()
    {
        for (var i = 0; i < _engines.Count; i++)
        {
            if (_simulatedMetrics.TryGetValue(i, out var simulated))
            {
                yield return simulated;
            }
            else if (Uri.TryCreate(_engines[i].MetricsUrl, UriKind.Absolute, out var url))
            {
                yield return new ScrapeTarget("engine", _engines[i].Name, url.Scheme, ReferenceExpression.Create($"{url.Authority}"), url.PathAndQuery);
            }
        }
    }

    internal void SetMetrics(int engine, EndpointReference endpoint, string path)
    {
        _simulatedMetrics[engine] = new ScrapeTarget(
            "engine", _engines[engine].Name, "http", ReferenceExpression.Create($"{endpoint.Property(EndpointProperty.Host)}:{endpoint.Property(EndpointProperty.Port)}"), path);
        SetAddress(engine, nameof(EngineOptions.MetricsUrl), ReferenceExpression.Create($"{endpoint}{path}"));
    }

    private static string Key(int engine, string property) => string.Create(CultureInfo.InvariantCulture, $"{EngineOptions.Section}__{engine}__{property}");
}
