using System.Net;
using DynamoAspire.Engines.Configuration;
using DynamoAspire.Messaging;
using DynamoAspire.Metrics.Parsing;
using DynamoAspire.MetricsAggregator.Relabeling;

namespace DynamoAspire.MetricsAggregator.Options;

/// <summary>How targets are scraped. What is null is taken from the section above.</summary>
public record ScrapeSettings : IValidatedOptions
{
    /// <summary>A target is asked no more often than this; in between what it said last is served. Zero asks it with every scrape of this service.</summary>
    public TimeSpan Interval { get; init; }

    /// <summary>How long a scrape may take; no longer than the interval. Null takes <c>TargetTimeout</c>.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Whether a label that both the target's configuration and its metrics have keeps the metrics' value; else that is moved to <c>exported_…</c>.</summary>
    public bool HonorLabels { get; init; }

    /// <summary>Whether timestamps in the metrics are passed on.</summary>
    public bool HonorTimestamps { get; init; } = true;

    /// <summary>Bearer token.</summary>
    public Secret BearerToken { get; init; }

    /// <summary>File that holds the bearer token; read with every scrape.</summary>
    public string BearerTokenFile { get; init; } = "";

    /// <summary>User name for basic authentication.</summary>
    public string Username { get; init; } = "";

    /// <summary>Password for basic authentication.</summary>
    public Secret Password { get; init; }

    /// <summary>File that holds the password; read with every scrape.</summary>
    public string PasswordFile { get; init; } = "";

    /// <summary>TLS.</summary>
    public TlsOptions Tls { get; init; } = new();

    /// <summary>Networks (<c>10.0.0.0/8</c>) that a target's address must be in; empty allows all. Link-local addresses are refused in any case.</summary>
    public IReadOnlyList<string> AllowedNetworks { get; init; } = [];

    /// <summary>Only families whose names begin so are taken; empty takes all.</summary>
    public IReadOnlyList<string> IncludePrefixes { get; init; } = [];

    /// <summary>Families whose names begin so are left out.</summary>
    public IReadOnlyList<string> ExcludePrefixes { get; init; } = [];

    /// <summary>Rules for series (<c>metric_relabel_configs</c>).</summary>
    public IReadOnlyList<RelabelOptions> MetricRelabel { get; init; } = [];

    /// <summary><c>body_size_limit</c>, in uncompressed bytes.</summary>
    public long? BodySizeLimit { get; init; }

    /// <summary><c>sample_limit</c>.</summary>
    public int? SampleLimit { get; init; }

    /// <summary><c>label_limit</c>.</summary>
    public int? LabelLimit { get; init; }

    /// <summary><c>label_name_length_limit</c>, in bytes.</summary>
    public int? LabelNameLengthLimit { get; init; }

    /// <summary><c>label_value_length_limit</c>, in bytes.</summary>
    public int? LabelValueLengthLimit { get; init; }

    internal ExpositionLimits LimitsOver(ExpositionLimits above) => above with
    {
        BodySize = BodySizeLimit ?? above.BodySize,
        Samples = SampleLimit ?? above.Samples,
        Labels = LabelLimit ?? above.Labels,
        LabelNameLength = LabelNameLengthLimit ?? above.LabelNameLength,
        LabelValueLength = LabelValueLengthLimit ?? above.LabelValueLength,
    };

    internal TimeSpan TimeoutOver(TimeSpan above) => Timeout ?? (Interval > TimeSpan.Zero && Interval < above ? Interval : above);

    /// <inheritdoc/>
    public virtual void Validate(ConfigurationProblems problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        problems.InRange(nameof(Interval), Interval, TimeSpan.Zero, TimeSpan.FromDays(1), "an interval");
        if (Timeout is { } timeout)
        {
            problems.InRange(nameof(Timeout), timeout, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(2), "a time limit for a scrape");
            if (Interval > TimeSpan.Zero && timeout > Interval)
            {
                problems.Add(nameof(Timeout), $"{Durations.Format(timeout)} is longer than the interval of {Durations.Format(Interval)}; make it that or less");
            }
        }

        ValidateCredentials(problems);
        for (var i = 0; i < AllowedNetworks.Count; i++)
        {
            if (!IPNetwork.TryParse(AllowedNetworks[i], out _))
            {
                problems.Add($"{nameof(AllowedNetworks)}:{i}", $"'{OptionsReader.Shown(AllowedNetworks[i])}' is not a network; write 10.0.0.0/8 or fd00::/8");
            }
        }

        problems.InRange(nameof(BodySizeLimit), BodySizeLimit ?? 1024, 1024, 1024L * 1024 * 1024, "a limit in bytes");
        problems.InRange(nameof(SampleLimit), SampleLimit ?? 1, 1, 50_000_000, "a limit of samples");
        problems.InRange(nameof(LabelLimit), LabelLimit ?? 1, 1, 10_000, "a limit of labels");
        problems.InRange(nameof(LabelNameLengthLimit), LabelNameLengthLimit ?? 1, 1, 65_536, "a limit in bytes");
        problems.InRange(nameof(LabelValueLengthLimit), LabelValueLengthLimit ?? 1, 1, 1024 * 1024, "a limit in bytes");
    }

    private void ValidateCredentials(ConfigurationProblems problems)
    {
        if (BearerToken.HasValue && BearerTokenFile.Length > 0)
        {
            problems.Add(nameof(BearerTokenFile), $"is given beside {nameof(BearerToken)}; give one of them");
        }

        if (Password.HasValue && PasswordFile.Length > 0)
        {
            problems.Add(nameof(PasswordFile), $"is given beside {nameof(Password)}; give one of them");
        }

        if ((Password.HasValue || PasswordFile.Length > 0) && Username.Length == 0)
        {
            problems.Add(nameof(Username), "is missing beside the password; set both, or neither");
        }

        if (Username.Length > 0 && (BearerToken.HasValue || BearerTokenFile.Length > 0))
        {
            problems.Add(nameof(Username), "is given beside a bearer token; a request carries one of them");
        }

        if (Username.Contains(':', StringComparison.Ordinal))
        {
            problems.Add(nameof(Username), "holds a colon, which basic authentication cannot carry");
        }

        foreach (var (key, file) in (ReadOnlySpan<(string, string)>)[(nameof(BearerTokenFile), BearerTokenFile), (nameof(PasswordFile), PasswordFile)])
        {
            if (file.Length > 0 && !File.Exists(file))
            {
                problems.Add(key, $"'{file}' does not exist, or may not be read");
            }
        }
    }
}
