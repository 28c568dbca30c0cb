using System.Text;
using System.Text.Json;

namespace DynamoAspire.Hosting.Prometheus;

/// <summary>Files for a Prometheus on this machine: only targets that this application starts or was told of. The container's files are in deploy/observability/prometheus.</summary>
internal static class PrometheusConfiguration
{
    /// <summary>prometheus.yml. Targets are in a file of their own, in the form that the container's entry point writes too.</summary>
    public static string Text(string targetsFile, string rules, string self) => $"""
        global:
          scrape_interval: 3s
          scrape_timeout: 3s
          evaluation_interval: 5s
        rule_files:
          - {Quote(rules)}
        scrape_configs:
          - job_name: prometheus
            static_configs:
              - targets: [{Quote(self)}]
          - job_name: dynamo-aspire
            file_sd_configs:
              - files: [{Quote(targetsFile)}]

        """;

    /// <summary>File of targets (file_sd).</summary>
    public static async Task<string> TargetsAsync(IEnumerable<ScrapeTarget> targets, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartArray();
            foreach (var target in targets)
            {
                json.WriteStartObject();
                json.WriteStartArray("targets");
                json.WriteStringValue(await target.Address.GetValueAsync(cancellationToken));
                json.WriteEndArray();
                json.WriteStartObject("labels");
                json.WriteString("job", target.Job);
                json.WriteString("__metrics_path__", target.Path);
                json.WriteString("__scheme__", target.Scheme);
                if (target.Instance is not null)
                {
                    json.WriteString("instance", target.Instance);
                }

                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    // A YAML string in double quotes is a JSON string.
    private static string Quote(string text) => JsonSerializer.Serialize(text, TextJson.Default.String);
}
