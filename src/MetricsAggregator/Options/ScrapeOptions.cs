using DynamoAspire.Engines.Configuration;
using DynamoAspire.Metrics.Naming;
using DynamoAspire.MetricsAggregator.Relabeling;

namespace DynamoAspire.MetricsAggregator.Options;

/// <summary>A group of HTTP targets that are found and scraped alike: a <c>scrape_config</c> of Prometheus. Its series carry <c>job</c> and <c>instance</c>.</summary>
public sealed record ScrapeOptions : ScrapeSettings
{
    /// <summary>Name: the label <c>job</c>, and what <c>/metrics/{source}</c> is asked for.</summary>
    public string Name { get; init; } = "";

    /// <summary>URLs of targets. A host that is a name of service discovery (<c>services__engine__http__0</c>) is resolved.</summary>
    public IReadOnlyList<string> Urls { get; init; } = [];

    /// <summary>Names of service discovery whose every endpoint is a target, at <see cref="MetricsPath"/>.</summary>
    public IReadOnlyList<string> Services { get; init; } = [];

    /// <summary>URLs that list targets as Prometheus' <c>http_sd</c> does.</summary>
    public IReadOnlyList<string> HttpSd { get; init; } = [];

    /// <summary>How often those lists are read.</summary>
    public TimeSpan RefreshInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Path of targets that are found by name or by list.</summary>
    public string MetricsPath { get; init; } = "/metrics";

    /// <summary>Scheme of targets that are found by list: http or https.</summary>
    public string Scheme { get; init; } = "http";

    /// <summary>Labels of all series of these targets.</summary>
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Rules for targets (<c>relabel_configs</c>): they see <c>__address__</c>, <c>__scheme__</c>, <c>__metrics_path__</c>, <c>job</c> and what the list says.</summary>
    public IReadOnlyList<RelabelOptions> Relabel { get; init; } = [];

    /// <summary><c>target_limit</c>: with more targets than this all of the group have failed.</summary>
    public int TargetLimit { get; init; } = 1000;

    /// <inheritdoc/>
    public override void Validate(ConfigurationProblems problems)
    {
        base.Validate(problems);
        if (Name.Length == 0)
        {
            problems.Add(nameof(Name), "is missing; give the group a name, it becomes the label job");
        }

        if (Urls.Count + Services.Count + HttpSd.Count == 0)
        {
            problems.Add(nameof(Urls), $"is missing; name at least one target in {nameof(Urls)}, {nameof(Services)} or {nameof(HttpSd)}");
        }

        ValidateUrls(problems, nameof(Urls), Urls);
        ValidateUrls(problems, nameof(HttpSd), HttpSd);
        problems.InRange(nameof(RefreshInterval), RefreshInterval, TimeSpan.FromMilliseconds(100), TimeSpan.FromDays(1), "an interval");
        problems.InRange(nameof(TargetLimit), TargetLimit, 1, 100_000, "a number of targets");
        if (!MetricsPath.StartsWith('/'))
        {
            problems.Add(nameof(MetricsPath), $"'{OptionsReader.Shown(MetricsPath)}' is not a path; write /metrics");
        }

        if (Scheme is not ("http" or "https"))
        {
            problems.Add(nameof(Scheme), $"'{OptionsReader.Shown(Scheme)}' is not a scheme of targets; write http or https");
        }

        foreach (var label in Labels.Keys.Where(l => !MetricNames.IsValidLabelName(l) || l is "le" or "quantile" || l.StartsWith("__", StringComparison.Ordinal)))
        {
            problems.Add($"{nameof(Labels)}:{label}", "is not a name for a label of targets; use letters, digits and _, and neither le, quantile nor __ at the beginning");
        }
    }

    private static void ValidateUrls(ConfigurationProblems problems, string key, IReadOnlyList<string> urls)
    {
        for (var i = 0; i < urls.Count; i++)
        {
            if (!Uri.TryCreate(urls[i], UriKind.Absolute, out var url) || !IsHttp(url.Scheme) || url.Host.Length == 0)
            {
                problems.Add($"{key}:{i}", $"'{OptionsReader.Shown(urls[i])}' is not the URL of a target; write http://host:port/metrics or https://…");
            }
        }
    }

    private static bool IsHttp(string scheme) => scheme is "http" or "https" or "https+http" or "http+https";
}
