using System.Globalization;
using System.Text.Json;
using DynamoAspire.Testing;

namespace DynamoAspire.Integration.Tests.Exposition;

/// <summary>A real Prometheus that scrapes paths of one loopback server every second, each path as a job of its own.</summary>
internal sealed class PrometheusServer : IAsyncDisposable
{
    private readonly TemporaryDirectory _folder = new();
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromSeconds(10) };
    private readonly ChildProcess _process;
    private readonly Uri _url;

    internal PrometheusServer(int targetPort, IEnumerable<string> paths)
    {
        var port = FreePort.Next();
        _url = new Uri($"http://127.0.0.1:{port}/");
        var groups = paths.Select(path => $"      - targets: ['127.0.0.1:{targetPort}']\n        labels: {{ job: '{path}', __metrics_path__: '{path}' }}\n");
        var config = _folder.Combine("prometheus.yml");
        File.WriteAllText(config, "global: { scrape_interval: 1s, scrape_timeout: 1s }\nscrape_configs:\n  - job_name: pages\n    static_configs:\n" + string.Concat(groups));
        _process = ChildProcess.Start(
            "prometheus",
            [$"--config.file={config}", $"--storage.tsdb.path={_folder.Combine("data")}", $"--web.listen-address=127.0.0.1:{port}", "--log.level=warn"]);
    }

    internal string Output => _process.Output;

    /// <summary>Answers an instant query: name, labels and value of each series. Empty as long as Prometheus does not answer.</summary>
    internal async Task<IReadOnlyList<(string Name, string Job, double Value)>> QueryAsync(string expression)
    {
        if (_process.HasExited)
        {
            throw new InvalidOperationException($"prometheus has ended:\n{_process.Output}");
        }

        try
        {
            using var answer = JsonDocument.Parse(await _http.GetStringAsync(new Uri(_url, "api/v1/query?query=" + Uri.EscapeDataString(expression))));
            return
            [
                .. answer.RootElement.GetProperty("data").GetProperty("result").EnumerateArray().Select(r => (
                    r.GetProperty("metric").TryGetProperty("__name__", out var name) ? name.GetString()! : "",
                    r.GetProperty("metric").GetProperty("job").GetString()!,
                    Number(r.GetProperty("value")[1].GetString()!))),
            ];
        }
        catch (HttpRequestException)
        {
            return [];
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _http.Dispose();
        _folder.Dispose();
    }

    private static double Number(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        _ => double.Parse(text, CultureInfo.InvariantCulture),
    };
}
