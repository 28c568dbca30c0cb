using System.Globalization;
using System.Text;
using DynamoAspire.KvEvents.Hashing;

namespace DynamoAspire.Engines;

/// <summary>
/// Who an engine is, everywhere: the worker id on every wire and the labels on every metric are derived here and nowhere else.
/// Immutable; two identities are equal if all their parts are.
/// </summary>
public sealed record EngineIdentity
{
    /// <summary>Label of the engine's name.</summary>
    public const string EngineNameLabel = "engine_name";

    /// <summary>Label of the model.</summary>
    public const string ModelNameLabel = "model_name";

    /// <summary>Label of the data-parallel rank.</summary>
    public const string DpRankLabel = "dp_rank";

    /// <summary>Label of the worker id, in lower-case hexadecimal.</summary>
    public const string WorkerIdLabel = "worker_id";

    /// <summary>Worker ids that are derived stay below this, so that JSON readers which keep numbers as doubles read them exactly.</summary>
    public const ulong DerivedWorkerIdMask = (1UL << 53) - 1;

    /// <summary>Makes the identity of a configured engine.</summary>
    public EngineIdentity(EngineOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Name = options.Name;
        Namespace = options.Namespace;
        Component = options.Component;
        Endpoint = options.Endpoint;
        Model = options.Model;
        WorkerId = options.WorkerId ?? DeriveWorkerId(Namespace, Component, Name);
        WorkerIdText = FormatWorkerId(WorkerId);
    }

    /// <summary>Name of the engine.</summary>
    public string Name { get; }

    /// <summary>Dynamo namespace.</summary>
    public string Namespace { get; }

    /// <summary>Dynamo component.</summary>
    public string Component { get; }

    /// <summary>Dynamo endpoint.</summary>
    public string Endpoint { get; }

    /// <summary>Model, or empty.</summary>
    public string Model { get; }

    /// <summary>Worker id, as in JSON and MessagePack.</summary>
    public ulong WorkerId { get; }

    /// <summary>Worker id as metrics show it: lower-case hexadecimal without leading zeros.</summary>
    public string WorkerIdText { get; }

    /// <summary>Worker id of an engine that is given none: XXH3-64 (seed 0) of the UTF-8 text <c>namespace/component/name</c>, lowest 53 bits.</summary>
    public static ulong DeriveWorkerId(string @namespace, string component, string name) =>
        XxHash3.Hash64(Encoding.UTF8.GetBytes($"{@namespace}/{component}/{name}"), 0) & DerivedWorkerIdMask;

    /// <summary>A worker id as metrics show it.</summary>
    public static string FormatWorkerId(ulong workerId) => workerId.ToString("x", CultureInfo.InvariantCulture);

    /// <summary>Labels of the engine as a whole: <c>engine_name</c>, <c>model_name</c> (left out if not known), <c>worker_id</c>.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Labels() => Labels(rank: null);

    /// <summary>Labels of one rank: those of the engine and <c>dp_rank</c>. The order is that of the names.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Labels(int rank) => Labels((int?)rank);

    private List<KeyValuePair<string, string>> Labels(int? rank)
    {
        var labels = new List<KeyValuePair<string, string>>(4);
        if (rank is { } r)
        {
            labels.Add(new(DpRankLabel, r.ToString(CultureInfo.InvariantCulture)));
        }

        labels.Add(new(EngineNameLabel, Name));
        if (Model.Length > 0)
        {
            labels.Add(new(ModelNameLabel, Model));
        }

        labels.Add(new(WorkerIdLabel, WorkerIdText));
        return labels;
    }
}
