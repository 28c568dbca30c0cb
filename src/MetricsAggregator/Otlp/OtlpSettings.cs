using System.Globalization;
using DynamoAspire.Engines.Configuration;

namespace DynamoAspire.MetricsAggregator.Otlp;

/// <summary>Where and how metrics are sent, by the variables that OpenTelemetry defines; a variable for metrics goes before the one for all signals.</summary>
internal sealed record OtlpSettings
{
    private const string Prefix = "OTEL_EXPORTER_OTLP_";

    /// <summary>URL that is posted to, path included.</summary>
    public required Uri Endpoint { get; init; }

    /// <summary>Whether it speaks gRPC rather than plain HTTP.</summary>
    public bool IsGrpc { get; init; }

    /// <summary>Whether bodies are compressed.</summary>
    public bool Gzip { get; init; }

    /// <summary>Headers of every request; they hold secrets and are never shown.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    /// <summary>How long sending one export may take, repetitions included.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time between two exports.</summary>
    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Attributes of the resource.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Resource { get; init; } = [];

    /// <summary>Reads them; null if nothing is to be sent. What is wrong is added to the list.</summary>
    public static OtlpSettings? Read(IConfiguration configuration, string service, ConfigurationProblems problems)
    {
        var own = configuration[Prefix + "METRICS_ENDPOINT"];
        var text = string.IsNullOrWhiteSpace(own) ? configuration[Prefix + "ENDPOINT"] : own;
        if (string.IsNullOrWhiteSpace(text) || string.Equals(configuration["OTEL_METRICS_EXPORTER"], "none", StringComparison.OrdinalIgnoreCase) || configuration["OTEL_SDK_DISABLED"] is "true" or "TRUE" or "True")
        {
            return null;
        }

        var key = Prefix + (string.IsNullOrWhiteSpace(own) ? "ENDPOINT" : "METRICS_ENDPOINT");
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
        {
            problems.Add(key, $"'{OptionsReader.Shown(text)}' is not the URL of an OTLP receiver; write http://host:4318");
            return null;
        }

        var isGrpc = Value(configuration, "PROTOCOL") is "grpc";
        return new OtlpSettings
        {
            Endpoint = isGrpc ? new Uri(url, "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export")
                : string.IsNullOrWhiteSpace(own) ? new UriBuilder(url) { Path = url.AbsolutePath.TrimEnd('/') + "/v1/metrics" }.Uri
                : url,
            IsGrpc = isGrpc,
            Gzip = Value(configuration, "COMPRESSION") is "gzip",
            Headers = Pairs(Value(configuration, "HEADERS")),
            Timeout = Milliseconds(configuration, Prefix + "METRICS_TIMEOUT", problems) ?? Milliseconds(configuration, Prefix + "TIMEOUT", problems) ?? TimeSpan.FromSeconds(10),
            Interval = Milliseconds(configuration, "OTEL_METRIC_EXPORT_INTERVAL", problems) ?? TimeSpan.FromSeconds(60),
            Resource = ResourceOf(configuration, service),
        };
    }

    /// <summary><c>key=value,key=value</c>, percent-encoded.</summary>
    private static List<KeyValuePair<string, string>> Pairs(string? text)
    {
        var pairs = new List<KeyValuePair<string, string>>();
        foreach (var part in (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (part.IndexOf('=', StringComparison.Ordinal) is > 0 and var at)
            {
                pairs.Add(new(part[..at].Trim(), Uri.UnescapeDataString(part[(at + 1)..].Trim())));
            }
        }

        return pairs;
    }

    private static List<KeyValuePair<string, string>> ResourceOf(IConfiguration configuration, string service)
    {
        var attributes = Pairs(configuration["OTEL_RESOURCE_ATTRIBUTES"]);
        if (configuration["OTEL_SERVICE_NAME"] is { Length: > 0 } name)
        {
            attributes.RemoveAll(a => a.Key == "service.name");
            attributes.Add(new("service.name", name));
        }
        else if (!attributes.Exists(a => a.Key == "service.name"))
        {
            attributes.Add(new("service.name", service));
        }

        return attributes;
    }

    private static string? Value(IConfiguration configuration, string name) =>
        configuration[Prefix + "METRICS_" + name] is { Length: > 0 } own ? own : configuration[Prefix + name];

    private static TimeSpan? Milliseconds(IConfiguration configuration, string key, ConfigurationProblems problems)
    {
        if (configuration[key] is not { Length: > 0 } text)
        {
            return null;
        }

        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value is >= 10 and <= 24 * 60 * 60 * 1000)
        {
            return TimeSpan.FromMilliseconds(value);
        }

        problems.Add(key, $"'{OptionsReader.Shown(text)}' is not a number of milliseconds; use 10 to 86400000");
        return null;
    }
}
