using DynamoAspire.Engines.Addresses;

namespace DynamoAspire.Engines;

/// <summary>One configured engine, validated, with everything that is derived from its options. Immutable.</summary>
public sealed class Engine
{
    private readonly EngineRank[] _ranks;

    internal Engine(int index, EngineOptions options, Uri? metricsUrl, Uri? healthUrl)
    {
        Index = index;
        Options = options;
        Identity = new EngineIdentity(options);
        MetricsUrl = metricsUrl;
        HealthUrl = healthUrl;
        StatsConnect = ZmqAddress.TryParse(options.StatsUrl, out var stats, out _) ? stats.ForConnect().ToString() : null;
        _ranks = [.. Enumerable.Range(options.DpStart, options.DpSize).Select(r => new EngineRank(this, r))];
    }

    /// <summary>Position in the <see cref="EngineSet"/>.</summary>
    public int Index { get; }

    /// <summary>The options as configured.</summary>
    public EngineOptions Options { get; }

    /// <summary>Worker id and labels.</summary>
    public EngineIdentity Identity { get; }

    /// <summary>Name; unique in the set.</summary>
    public string Name => Identity.Name;

    /// <summary>Worker id; unique in the set.</summary>
    public ulong WorkerId => Identity.WorkerId;

    /// <summary>The ranks, lowest first; at least one.</summary>
    public IReadOnlyList<EngineRank> Ranks => _ranks;

    /// <summary>Where the metrics are, service names resolved, or null.</summary>
    public Uri? MetricsUrl { get; }

    /// <summary>Where the health is, service names resolved, or null.</summary>
    public Uri? HealthUrl { get; }

    /// <summary>Where the engine pushes its stat records, or null.</summary>
    public string? StatsConnect { get; }

    /// <summary>The rank of this number, or null if the engine does not have it.</summary>
    public EngineRank? FindRank(long rank)
    {
        var position = rank - Options.DpStart;
        return position >= 0 && position < _ranks.Length ? _ranks[position] : null;
    }

    /// <inheritdoc/>
    public override string ToString() => Name;
}
