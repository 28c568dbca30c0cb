using System.Globalization;
using DynamoAspire.Engines.Configuration;

namespace DynamoAspire.Engines;

/// <summary>
/// One engine as configured under <c>Engines:{i}</c>: the one schema that the AppHost writes and every service reads.
/// What the services use is made from it once, in <see cref="EngineSet"/>.
/// </summary>
public sealed partial record EngineOptions : IValidatedOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Engines";

    /// <summary>Most ranks of one engine.</summary>
    public const int MaxDpSize = 1_024;

    /// <summary>Name: label <c>engine_name</c>, unique over all engines.</summary>
    public string Name { get; init; } = "";

    /// <summary>Worker id; null derives it from namespace, component and name. Beside a real Dynamo it must be the worker's instance id.</summary>
    public ulong? WorkerId { get; init; }

    /// <summary>Dynamo namespace, one token of NATS subjects.</summary>
    public string Namespace { get; init; } = "dynamo";

    /// <summary>Dynamo component, one token of NATS subjects.</summary>
    public string Component { get; init; } = "backend";

    /// <summary>Dynamo endpoint.</summary>
    public string Endpoint { get; init; } = "generate";

    /// <summary>Model served: label <c>model_name</c>; empty if not known.</summary>
    public string Model { get; init; } = "";

    /// <summary>Tokens per KV-cache block.</summary>
    public int BlockSize { get; init; } = 16;

    /// <summary>First data-parallel rank.</summary>
    public int DpStart { get; init; }

    /// <summary>Number of data-parallel ranks.</summary>
    public int DpSize { get; init; } = 1;

    /// <summary>Address of rank 0's KV-event PUB socket, or null if the engine publishes none; rank r is at port + r.</summary>
    public string? KvEvents { get; init; }

    /// <summary>Address of rank 0's replay ROUTER socket, or null if it has none; rank r is at port + r.</summary>
    public string? KvReplay { get; init; }

    /// <summary>Topic prefix to subscribe to; empty for everything.</summary>
    public string KvTopic { get; init; } = "";

    /// <summary>Address the engine pushes stat records to, or null.</summary>
    public string? StatsUrl { get; init; }

    /// <summary>URL of the engine's metrics, or null. A name of service discovery is resolved.</summary>
    public string? MetricsUrl { get; init; }

    /// <summary>URL of the engine's health, or null. A name of service discovery is resolved.</summary>
    public string? HealthUrl { get; init; }

    /// <summary>The engine's <c>PROMETHEUS_MULTIPROC_DIR</c>, or null.</summary>
    public string? MultiprocDir { get; init; }

    /// <summary>
    /// The configuration that makes this engine at an index, keys with <paramref name="separator"/> (<c>__</c> for environment variables);
    /// values equal to the defaults are left out. Reading it back gives an equal record.
    /// </summary>
    public IEnumerable<KeyValuePair<string, string>> ToConfiguration(int index, string separator = ":")
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        var defaults = new EngineOptions();
        (string Key, object? Value, object? Default)[] all =
        [
            (nameof(Name), Name, null), (nameof(WorkerId), WorkerId, null), (nameof(Namespace), Namespace, defaults.Namespace),
            (nameof(Component), Component, defaults.Component), (nameof(Endpoint), Endpoint, defaults.Endpoint), (nameof(Model), Model, ""),
            (nameof(BlockSize), BlockSize, defaults.BlockSize), (nameof(DpStart), DpStart, 0), (nameof(DpSize), DpSize, 1),
            (nameof(KvEvents), KvEvents, null), (nameof(KvReplay), KvReplay, null), (nameof(KvTopic), KvTopic, ""), (nameof(StatsUrl), StatsUrl, null),
            (nameof(MetricsUrl), MetricsUrl, null), (nameof(HealthUrl), HealthUrl, null), (nameof(MultiprocDir), MultiprocDir, null),
        ];
        return all.Where(v => v.Value is not null && !v.Value.Equals(v.Default))
            .Select(v => KeyValuePair.Create(
                string.Join(separator, Section, index.ToString(CultureInfo.InvariantCulture), v.Key),
                Convert.ToString(v.Value, CultureInfo.InvariantCulture)!));
    }
}
