using DynamoAspire.Engines.Configuration;
using DynamoAspire.Messaging.Nats;
using DynamoAspire.Metrics.Parsing;

namespace DynamoAspire.MetricsAggregator.Options;

/// <summary>How metrics are gathered; section <c>Aggregator</c>. Which engines there are is in the section <c>Engines</c>.</summary>
public sealed record AggregatorOptions : IValidatedOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Aggregator";

    /// <summary>How long one target may take; then its scrape has failed and the others are served without it. Keep it below Prometheus' <c>scrape_timeout</c>.</summary>
    public TimeSpan TargetTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Targets scraped at the same time.</summary>
    public int MaxConcurrentTargets { get; init; } = 128;

    /// <summary><c>body_size_limit</c> of a target, in uncompressed bytes.</summary>
    public long BodySizeLimit { get; init; } = 64 * 1024 * 1024;

    /// <summary><c>sample_limit</c> of a target.</summary>
    public int SampleLimit { get; init; } = 250_000;

    /// <summary><c>label_limit</c>: labels of one series.</summary>
    public int LabelLimit { get; init; } = 64;

    /// <summary><c>label_name_length_limit</c>, in bytes.</summary>
    public int LabelNameLengthLimit { get; init; } = 256;

    /// <summary><c>label_value_length_limit</c>, in bytes.</summary>
    public int LabelValueLengthLimit { get; init; } = 4096;

    /// <summary>Namespaces whose load events are taken; empty takes those of the configured engines, or all if there are none.</summary>
    public IReadOnlyList<string> LoadNamespaces { get; init; } = [];

    /// <summary>How often a rank repeats its load when nothing changes.</summary>
    public TimeSpan LoadHeartbeat { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Heartbeats that a rank may miss; then its series are gone.</summary>
    public int LoadMissedHeartbeats { get; init; } = 3;

    /// <summary>Ranks whose load is kept; those of further ranks are counted and dropped.</summary>
    public int MaxLoadRanks { get; init; } = 16_384;

    /// <summary>How the <c>MetricsUrl</c> of engines is scraped; keys as of <c>Scrapes</c>.</summary>
    public EngineScrapeOptions EngineScrape { get; init; } = new();

    /// <summary>Groups of further HTTP targets.</summary>
    public IReadOnlyList<ScrapeOptions> Scrapes { get; init; } = [];

    /// <summary>Multiprocess directories that belong to no configured engine.</summary>
    public IReadOnlyList<DirectoryOptions> Directories { get; init; } = [];

    /// <summary>Modes in which gauges of multiprocess directories are read.</summary>
    public IReadOnlyList<GaugeModeOptions> GaugeModes { get; init; } = [];

    /// <summary>Clearing of multiprocess directories.</summary>
    public ReaperOptions Reaper { get; init; } = new();

    /// <summary>Series served in all; sources that would go beyond it are left out whole and counted.</summary>
    public int MaxSeries { get; init; } = 2_000_000;

    /// <summary>Under which names metrics that have been renamed are served: None, New, Old or Both.</summary>
    public AliasMode Aliases { get; init; } = AliasMode.None;

    /// <summary>A multiprocess directory that has held no metrics for this long is told of.</summary>
    public TimeSpan EmptyDirectoryAfter { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Whether local processes may push (<c>PUT /push/{job}</c>).</summary>
    public bool Push { get; init; } = true;

    /// <summary>What was pushed is forgotten when it has not been pushed again for this long.</summary>
    public TimeSpan PushExpiry { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Largest body that may be pushed, in bytes.</summary>
    public int PushBodyLimit { get; init; } = 4 * 1024 * 1024;

    /// <summary>Jobs whose pushes are kept; a further one is refused.</summary>
    public int MaxPushedJobs { get; init; } = 64;

    /// <summary>Whether the metrics of engines are sent over OTLP where <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> is set.</summary>
    public bool Otlp { get; init; } = true;

    /// <summary>Silence after which a rank's load is not known any more.</summary>
    internal TimeSpan LoadExpiry => LoadHeartbeat * LoadMissedHeartbeats;

    internal ExpositionLimits Limits => new()
    {
        BodySize = BodySizeLimit,
        Samples = SampleLimit,
        Labels = LabelLimit,
        LabelNameLength = LabelNameLengthLimit,
        LabelValueLength = LabelValueLengthLimit,
    };

    /// <inheritdoc/>
    public void Validate(ConfigurationProblems problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        problems.InRange(nameof(TargetTimeout), TargetTimeout, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(2), "a time limit for a scrape");
        problems.InRange(nameof(MaxConcurrentTargets), MaxConcurrentTargets, 1, 1024, "a number of targets");
        problems.InRange(nameof(BodySizeLimit), BodySizeLimit, 1024, 1024L * 1024 * 1024, "a limit in bytes");
        problems.InRange(nameof(SampleLimit), SampleLimit, 1, 50_000_000, "a limit of samples");
        problems.InRange(nameof(LabelLimit), LabelLimit, 1, 10_000, "a limit of labels");
        problems.InRange(nameof(LabelNameLengthLimit), LabelNameLengthLimit, 1, 65_536, "a limit in bytes");
        problems.InRange(nameof(LabelValueLengthLimit), LabelValueLengthLimit, 1, 1024 * 1024, "a limit in bytes");
        problems.InRange(nameof(LoadHeartbeat), LoadHeartbeat, TimeSpan.FromMilliseconds(10), TimeSpan.FromHours(1), "a heartbeat");
        problems.InRange(nameof(LoadMissedHeartbeats), LoadMissedHeartbeats, 1, 1000, "a number of heartbeats");
        problems.InRange(nameof(MaxLoadRanks), MaxLoadRanks, 1, 10_000_000, "a number of ranks");
        problems.InRange(nameof(MaxSeries), MaxSeries, 1, 100_000_000, "a number of series");
        problems.InRange(nameof(EmptyDirectoryAfter), EmptyDirectoryAfter, TimeSpan.Zero, TimeSpan.FromDays(1), "a time");
        problems.InRange(nameof(PushExpiry), PushExpiry, TimeSpan.FromMilliseconds(10), TimeSpan.FromDays(7), "a time");
        problems.InRange(nameof(PushBodyLimit), PushBodyLimit, 1024, 1024 * 1024 * 1024, "a limit in bytes");
        problems.InRange(nameof(MaxPushedJobs), MaxPushedJobs, 1, 10_000, "a number of jobs");
        ValidateNames(problems);
        ValidateGaugeModes(problems);
        for (var i = 0; i < LoadNamespaces.Count; i++)
        {
            if (LoadNamespaces[i] != "*" && (!NatsSubject.IsValid(LoadNamespaces[i]) || LoadNamespaces[i].Contains('.', StringComparison.Ordinal)))
            {
                problems.Add($"{nameof(LoadNamespaces)}:{i}", $"'{OptionsReader.Shown(LoadNamespaces[i])}' is not one token of a NATS subject; write a namespace such as dynamo, or * for all");
            }
        }
    }

    private void ValidateGaugeModes(ConfigurationProblems problems)
    {
        var known = new HashSet<(string, string)>();
        for (var i = 0; i < GaugeModes.Count; i++)
        {
            if (GaugeModes[i].Family.Length > 0 && !known.Add((GaugeModes[i].Directory, GaugeModes[i].Family)))
            {
                problems.Add($"{nameof(GaugeModes)}:{i}:{nameof(GaugeModeOptions.Family)}", $"'{OptionsReader.Shown(GaugeModes[i].Family)}' has a mode already; remove one of them");
            }
        }
    }

    private void ValidateNames(ConfigurationProblems problems)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (key, name) in Scrapes.Select((s, i) => ($"{nameof(Scrapes)}:{i}", s.Name)).Concat(Directories.Select((d, i) => ($"{nameof(Directories)}:{i}", d.Name))))
        {
            if (name is Collecting.Aggregation.OwnSource or Collecting.Aggregation.LoadSource)
            {
                problems.Add($"{key}:Name", $"'{name}' is taken: /metrics/{name} is {(name == Collecting.Aggregation.LoadSource ? "what load events say" : "this service's own")}; choose another name");
            }
            else if (name.Length > 0 && !names.Add(name))
            {
                problems.Add($"{key}:Name", $"'{OptionsReader.Shown(name)}' is the name of another group or directory too; give each its own");
            }
        }
    }
}
