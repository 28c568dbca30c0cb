using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Naming;
using DynamoAspire.Metrics.Registration;
using DynamoAspire.Metrics.Registry;

namespace DynamoAspire.Metrics.Components;

/// <summary>Metrics of Dynamo's KV block manager, in a registry of their own, with upstream's names and without labels.</summary>
/// <remarks>
/// Upstream's counters do not end in <c>_total</c>. In text 0.0.4 they are printed as they are named. OpenMetrics knows no such counter: there they are of type
/// <c>unknown</c>, so that their names stay the same in both formats. Thread-safe.
/// </remarks>
public sealed class KvbmMetrics
{
    /// <summary>Prefix that some revisions had; see <see cref="KvbmOptions.LegacyNames"/>.</summary>
    public const string LegacyPrefix = "dynamo_kvbm";

    private static readonly IReadOnlyList<double> s_durations = [0, .0001, .00032, .001, .0032, .01, .032, .1, .32, 1, 3.2, 10];
    private readonly MetricRegistry _named;

    /// <summary>Registers the metrics in a new registry.</summary>
    public KvbmMetrics(KvbmOptions? options = null)
    {
        options ??= KvbmOptions.Default;
        if (!MetricNames.TrySanitizeMetricName(options.Prefix, out var prefix))
        {
            throw new ArgumentException($"'{options.Prefix}' has no character that a metric name may hold.", nameof(options));
        }

        _named = new MetricRegistry("kvbm", new MetricRegistryOptions { NamePrefix = prefix + "_", SanitizeNames = true });
        Registry = new MetricRegistry("kvbm");
        Registry.AddChild(_named);
        if (options.LegacyNames && prefix != LegacyPrefix)
        {
            Registry.AddSource(new RenamedSource(_named, prefix + "_", LegacyPrefix + "_"), "kvbm under its legacy names");
        }

        var registry = _named;
        OffloadBlocksD2h = registry.IntCounter(KvbmDefinitions.OffloadBlocksD2h);
        OffloadBlocksH2d = registry.IntCounter(KvbmDefinitions.OffloadBlocksH2d);
        OffloadBlocksD2d = registry.IntCounter(KvbmDefinitions.OffloadBlocksD2d);
        OnboardBlocksH2d = registry.IntCounter(KvbmDefinitions.OnboardBlocksH2d);
        OnboardBlocksD2d = registry.IntCounter(KvbmDefinitions.OnboardBlocksD2d);
        MatchedTokens = registry.IntCounter(KvbmDefinitions.MatchedTokens);
        HostCacheHitRate = registry.Gauge(KvbmDefinitions.HostCacheHitRate);
        DiskCacheHitRate = registry.Gauge(KvbmDefinitions.DiskCacheHitRate);
        OffloadBlocksD2o = registry.IntCounter(KvbmDefinitions.OffloadBlocksD2o);
        OnboardBlocksO2d = registry.IntCounter(KvbmDefinitions.OnboardBlocksO2d);
        ObjectCacheHitRate = registry.Gauge(KvbmDefinitions.ObjectCacheHitRate);
        ObjectReadFailures = registry.IntCounter(KvbmDefinitions.ObjectReadFailures);
        ObjectWriteFailures = registry.IntCounter(KvbmDefinitions.ObjectWriteFailures);
        OffloadBytesObject = registry.IntCounter(KvbmDefinitions.OffloadBytesObject);
        OnboardBytesObject = registry.IntCounter(KvbmDefinitions.OnboardBytesObject);
    }

    /// <summary>What is served: the metrics, and their legacy names if asked for.</summary>
    public MetricRegistry Registry { get; }

    /// <summary>The number of offload blocks from device to host.</summary>
    public IntCounter OffloadBlocksD2h { get; }

    /// <summary>The number of offload blocks from host to disk.</summary>
    public IntCounter OffloadBlocksH2d { get; }

    /// <summary>The number of offload blocks from device to disk (bypassing host memory).</summary>
    public IntCounter OffloadBlocksD2d { get; }

    /// <summary>The number of onboard blocks from host to device.</summary>
    public IntCounter OnboardBlocksH2d { get; }

    /// <summary>The number of onboard blocks from disk to device.</summary>
    public IntCounter OnboardBlocksD2d { get; }

    /// <summary>The number of matched tokens.</summary>
    public IntCounter MatchedTokens { get; }

    /// <summary>Host cache hit rate (0.0-1.0) from the sliding window.</summary>
    public Gauge HostCacheHitRate { get; }

    /// <summary>Disk cache hit rate (0.0-1.0) from the sliding window.</summary>
    public Gauge DiskCacheHitRate { get; }

    /// <summary>The number of offload blocks from device to object storage.</summary>
    public IntCounter OffloadBlocksD2o { get; }

    /// <summary>The number of onboard blocks from object storage to device.</summary>
    public IntCounter OnboardBlocksO2d { get; }

    /// <summary>Object storage cache hit rate (0.0-1.0) from the sliding window.</summary>
    public Gauge ObjectCacheHitRate { get; }

    /// <summary>The number of failed object storage reads.</summary>
    public IntCounter ObjectReadFailures { get; }

    /// <summary>The number of failed object storage writes.</summary>
    public IntCounter ObjectWriteFailures { get; }

    /// <summary>The number of bytes offloaded to object storage.</summary>
    public IntCounter OffloadBytesObject { get; }

    /// <summary>The number of bytes onboarded from object storage.</summary>
    public IntCounter OnboardBytesObject { get; }

    /// <summary>Registers the duration of a kind of transfer, <c>transfer_{kind}_seconds</c>, by <c>worker_id</c>.</summary>
    public MetricVector<Histogram> TransferSeconds(string kind) => _named.HistogramVector($"transfer_{kind}_seconds", $"Duration of {kind} transfers in seconds", s_durations, "worker_id");

    /// <summary>Registers the waiting time in a queue, <c>queue_{kind}_seconds</c>, by <c>worker_id</c>.</summary>
    public MetricVector<Histogram> QueueSeconds(string kind) => _named.HistogramVector($"queue_{kind}_seconds", $"Waiting time in the {kind} queue in seconds", s_durations, "worker_id");
}
