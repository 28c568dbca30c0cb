using System.Text;
using DynamoAspire.Engines;
using DynamoAspire.Messaging.Nats;
using DynamoAspire.StatPublisher.Health;
using DynamoAspire.StatPublisher.Loads;

namespace DynamoAspire.StatPublisher.Ranks;

/// <summary>The ranks of all configured engines, found by what a stat record says. Fixed at start.</summary>
internal sealed class RankTable : IDisposable
{
    private const int MaxNameBytes = 512;
    private readonly Dictionary<string, EngineEntry> _byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, EngineEntry>.AlternateLookup<ReadOnlySpan<char>> _lookup;

    public RankTable(EngineSet engines, StatPublisherOptions options, INatsConnection connection, RankGauges gauges, StatMetrics metrics, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(engines);
        var debounce = new LoadDebouncerOptions { Window = options.DebounceWindow, MaxWait = options.MaxWait, Heartbeat = options.Heartbeat };
        foreach (var engine in engines)
        {
            var health = engine.HealthUrl is null ? null : new EngineHealth(options.HealthFailures);
            _byName.Add(engine.Name, new EngineEntry(engine, health,
            [
                .. engine.Ranks.Select(r => new RankState(r, health, gauges, new LoadDebouncer(debounce, new NatsLoadSink(connection, r, metrics, time), time), metrics, time)),
            ]));
        }

        _lookup = _byName.GetAlternateLookup<ReadOnlySpan<char>>();
        Engines = [.. engines.Select(e => _byName[e.Name])];
    }

    /// <summary>Engines in the order of the configuration.</summary>
    public IReadOnlyList<EngineEntry> Engines { get; }

    /// <summary>All ranks.</summary>
    public IEnumerable<RankState> Ranks => Engines.SelectMany(e => e.Ranks);

    /// <summary>The engine of a name in UTF-8; null if none is configured under it. Allocates nothing.</summary>
    public EngineEntry? Find(ReadOnlySpan<byte> name)
    {
        if (name.Length > MaxNameBytes)
        {
            return null;
        }

        Span<char> text = stackalloc char[MaxNameBytes];
        return Encoding.UTF8.TryGetChars(name, text, out var length) && _lookup.TryGetValue(text[..length], out var found) ? found : null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var rank in Ranks)
        {
            rank.Dispose();
        }
    }

    /// <summary>One engine with its ranks.</summary>
    /// <param name="Engine">The engine.</param>
    /// <param name="Health">Its health, or null without HealthUrl.</param>
    /// <param name="Ranks">Its ranks, lowest first.</param>
    internal sealed record EngineEntry(Engine Engine, EngineHealth? Health, IReadOnlyList<RankState> Ranks)
    {
        /// <summary>The rank of this number, or null.</summary>
        public RankState? FindRank(long rank)
        {
            var position = rank - Engine.Options.DpStart;
            return position >= 0 && position < Ranks.Count ? Ranks[(int)position] : null;
        }
    }
}
