using System.Text.Json;
using DynamoAspire.MetricsAggregator.Options;

namespace DynamoAspire.MetricsAggregator.Discovery;

/// <summary>Reads a list of targets: <c>[{"targets":["host:port"],"labels":{"name":"value"}}]</c>, as Prometheus' <c>http_sd</c> defines it.</summary>
internal static class HttpSdReader
{
    /// <summary>Longest list, in bytes.</summary>
    public const int MaxBytes = 8 * 1024 * 1024;

    /// <summary>Reads; false if it is no such list or an address in it is none, and then nothing of it is taken.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> json, ScrapeOptions options, string origin, out List<FoundTarget> found, out string problem)
    {
        found = [];
        problem = "";
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 8 });
            foreach (var group in document.RootElement.EnumerateArray())
            {
                var labels = new List<(string, string)> { ("__meta_url", origin) };
                if (group.TryGetProperty("labels", out var given) && given.ValueKind == JsonValueKind.Object)
                {
                    labels.AddRange(given.EnumerateObject().Select(l => (l.Name, l.Value.GetString() ?? "")));
                }

                foreach (var target in group.GetProperty("targets").EnumerateArray())
                {
                    var address = target.GetString() ?? "";
                    if (!TargetAddress.TryBuild(options.Scheme, address, options.MetricsPath, null, out var url))
                    {
                        problem = $"'{DynamoAspire.Engines.Configuration.OptionsReader.Shown(address)}' is not the address of a target; the list must hold host:port";
                        found = [];
                        return false;
                    }

                    found.Add(new FoundTarget(url, labels));
                }
            }

            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            found = [];
            problem = "it is not a list of targets: [{\"targets\":[\"host:port\"],\"labels\":{…}}] is wanted";
            return false;
        }
    }
}
