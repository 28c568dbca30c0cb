using System.Globalization;
using DynamoAspire.Metrics.Naming;

namespace DynamoAspire.Metrics.Registry;

/// <summary>
/// Dynamo's tree of registries: runtime, namespace, component, endpoint. Names get the prefix <c>dynamo_component_</c>, series the labels <c>dynamo_namespace</c>,
/// <c>dynamo_component</c> and <c>dynamo_endpoint</c> of the levels they stand on; both are sanitised.
/// </summary>
/// <remarks>Register on <see cref="Registry"/>; hang <c>Runtime().Registry</c> under a service's registry. The same name below gives the same level again. Thread-safe.</remarks>
public sealed class ComponentMetrics
{
    /// <summary>Prefix of all names.</summary>
    public const string Prefix = "dynamo_component_";

    private static readonly string[] s_levels = ["", "dynamo_namespace", "dynamo_component", "dynamo_endpoint"];
    private readonly Dictionary<string, ComponentMetrics> _below = new(StringComparer.Ordinal);
    private readonly int _level;

    private ComponentMetrics(MetricRegistry registry, int level)
    {
        Registry = registry;
        _level = level;
    }

    /// <summary>Where metrics of this level are registered, by their bare names.</summary>
    public MetricRegistry Registry { get; }

    /// <summary>Makes the top of a tree.</summary>
    /// <param name="labels">Labels of everything in the tree, if any.</param>
    public static ComponentMetrics Runtime(params ReadOnlySpan<(string Name, string Value)> labels) =>
        new(new MetricRegistry("runtime", new MetricRegistryOptions { NamePrefix = Prefix, SanitizeNames = true, Labels = labels.ToArray(), ReservedLabels = s_levels[1..] }), 0);

    /// <summary>Makes the top of a tree of a worker that newer releases of Dynamo know by its connection id: everything carries it as <c>worker_id</c>, in lower-case hexadecimal.</summary>
    public static ComponentMetrics Runtime(ulong connectionId) => Runtime(("worker_id", connectionId.ToString("x", CultureInfo.InvariantCulture)));

    /// <summary>The level of a namespace, below the runtime.</summary>
    public ComponentMetrics Namespace(string name) => Below(1, name);

    /// <summary>The level of a component, below a namespace.</summary>
    public ComponentMetrics Component(string name) => Below(2, name);

    /// <summary>The level of an endpoint, below a component.</summary>
    public ComponentMetrics Endpoint(string name) => Below(3, name);

    private ComponentMetrics Below(int level, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (level != _level + 1)
        {
            throw new InvalidOperationException($"'{s_levels[level]}' hangs under '{(level == 1 ? "runtime" : s_levels[level - 1])}', not under '{Registry.Owner}'.");
        }

        lock (_below)
        {
            if (_below.TryGetValue(name, out var found))
            {
                return found;
            }

            var owner = _level == 0 ? name : Registry.Owner + "/" + name;
            MetricRegistry registry;
            if (name.Length == 0)
            {
                registry = Registry.CreateChild(owner.Length == 0 ? "(unnamed)" : owner);
            }
            else
            {
                var value = MetricNames.TrySanitizeLabelName(name, out var sanitized)
                    ? sanitized
                    : throw new ArgumentException($"'{name}' has no character that a label value of this kind may hold.", nameof(name));
                registry = Registry.CreateChild(owner, (s_levels[level], value));
            }

            return _below[name] = new ComponentMetrics(registry, level);
        }
    }
}
