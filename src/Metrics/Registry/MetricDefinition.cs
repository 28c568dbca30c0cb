using DynamoAspire.Metrics.Model;

namespace DynamoAspire.Metrics.Registry;

/// <summary>One metric as it is declared: what a registry makes of it, and what the reference says about it.</summary>
public sealed record MetricDefinition
{
    /// <summary>Declares one.</summary>
    /// <param name="name">Name, without the prefix of the registry it will be in.</param>
    /// <param name="kind">What is made.</param>
    /// <param name="help">Help text.</param>
    /// <param name="labels">Variable labels; a vector has some, anything else has none.</param>
    public MetricDefinition(string name, MetricKind kind, string help, params IReadOnlyList<string> labels)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(help);
        ArgumentNullException.ThrowIfNull(labels);
        (Name, Kind, Help, Labels) = (name, kind, help, labels);
    }

    /// <summary>Name, without the prefix of the registry it will be in.</summary>
    public string Name { get; init; }

    /// <summary>What is made.</summary>
    public MetricKind Kind { get; init; }

    /// <summary>Help text.</summary>
    public string Help { get; init; }

    /// <summary>Variable labels.</summary>
    public IReadOnlyList<string> Labels { get; init; }

    /// <summary>Labels with values that never change, beside those of the registry; for the reference.</summary>
    public IReadOnlyList<string> FixedLabels { get; init; } = [];

    /// <summary>Upper bounds of a histogram's buckets; <see cref="HistogramBuckets.Default"/> if null.</summary>
    public IReadOnlyList<double>? Buckets { get; init; }

    /// <summary>Unit, for the reference.</summary>
    public string Unit { get; init; } = "count";

    /// <summary>How many series there can be, for the reference; by default one.</summary>
    public string Bound { get; init; } = "1";

    /// <summary>Which releases of Dynamo have it, for the reference; empty for all.</summary>
    public string Since { get; init; } = "";

    /// <summary>Type on the <c># TYPE</c> line.</summary>
    public MetricType Type => Kind switch
    {
        MetricKind.Counter or MetricKind.CounterVector or MetricKind.IntCounter or MetricKind.IntCounterVector => MetricType.Counter,
        MetricKind.Histogram or MetricKind.HistogramVector => MetricType.Histogram,
        _ => MetricType.Gauge,
    };

    /// <summary>Whether there is one handle per set of label values.</summary>
    public bool IsVector => Kind is MetricKind.CounterVector or MetricKind.GaugeVector or MetricKind.HistogramVector or MetricKind.IntCounterVector or MetricKind.IntGaugeVector;

    /// <summary>Throws if what is declared does not fit the kind, or the kind is not the one asked for.</summary>
    internal void Check(MetricKind wanted)
    {
        if (Kind != wanted)
        {
            throw new ArgumentException($"'{Name}' is declared as {Kind}, not as {wanted}.", nameof(wanted));
        }

        if (IsVector && Labels.Count == 0)
        {
            throw new ArgumentException($"{Kind} '{Name}' needs variable label names.", nameof(wanted));
        }

        if (!IsVector && Labels.Count > 0)
        {
            throw new ArgumentException($"{Kind} '{Name}' cannot have variable label names; declare it as {Kind}Vector.", nameof(wanted));
        }

        if (Type != MetricType.Histogram && Buckets is not null)
        {
            throw new ArgumentException($"{Kind} '{Name}' cannot have buckets.", nameof(wanted));
        }
    }
}
