using System.Globalization;
using DynamoAspire.Engines.Addresses;

namespace DynamoAspire.Engines;

/// <summary>One data-parallel rank of an engine: its labels and where its sockets are. Immutable.</summary>
public sealed class EngineRank
{
    internal EngineRank(Engine engine, int rank)
    {
        Engine = engine;
        Rank = rank;
        RankText = rank.ToString(CultureInfo.InvariantCulture);
        Labels = engine.Identity.Labels(rank);
        (KvEventsConnect, KvEventsBind) = Endpoints(engine.Options.KvEvents, rank);
        (KvReplayConnect, KvReplayBind) = Endpoints(engine.Options.KvReplay, rank);
    }

    /// <summary>The engine.</summary>
    public Engine Engine { get; }

    /// <summary>Data-parallel rank.</summary>
    public int Rank { get; }

    /// <summary>The rank in decimal, as the label <c>dp_rank</c> has it.</summary>
    public string RankText { get; }

    /// <summary>Labels <c>dp_rank</c>, <c>engine_name</c>, <c>model_name</c> (left out if not known), <c>worker_id</c>, in this order.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Labels { get; }

    /// <summary>Where to subscribe to this rank's KV events, or null.</summary>
    public string? KvEventsConnect { get; }

    /// <summary>Where the engine itself binds this rank's KV events, or null.</summary>
    public string? KvEventsBind { get; }

    /// <summary>Where to ask for this rank's replay, or null.</summary>
    public string? KvReplayConnect { get; }

    /// <summary>Where the engine itself binds this rank's replay, or null.</summary>
    public string? KvReplayBind { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Engine.Name}/{RankText}";

    private static (string? Connect, string? Bind) Endpoints(string? configured, int rank)
    {
        if (string.IsNullOrEmpty(configured))
        {
            return default;
        }

        if (!ZmqAddress.TryParse(configured, out var address, out var problem))
        {
            throw new InvalidOperationException(problem);
        }

        var own = address.ForRank(rank);
        return (own.ForConnect().ToString(), own.ForBind().ToString());
    }
}
