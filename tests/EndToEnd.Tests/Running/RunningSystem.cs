using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using DynamoAspire.Testing;

namespace DynamoAspire.EndToEnd.Tests.Running;

/// <summary>
/// The AppHost started as a user starts it, with every port set to a free one through the options a user has, in folders of its own.
/// All its processes carry a mark in their environment, by which leftovers are found.
/// </summary>
public sealed class RunningSystem : IAsyncDisposable
{
    private const string MarkName = "DYNAMO_ASPIRE_TEST_RUN";

    private readonly TemporaryDirectory _directory = new();
    private readonly ChildProcess _process;
    private readonly string _mark = Guid.NewGuid().ToString("N");
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    public RunningSystem(IEnumerable<string>? arguments = null, int engineRanks = 4)
    {
        var ports = FreePort.Next(9);
        (Prometheus, Nats, NatsMonitor, Grafana, Aggregator, Relay, StatPublisher, Simulator, Resources) =
            (ports[0], ports[1], ports[2], ports[3], ports[4], ports[5], ports[6], ports[7], ports[8]);
        StatRecords = FreePort.Next();
        KvEvents = FreePort.NextRange(engineRanks);
        KvReplay = FreePort.NextRange(engineRanks);
        var options = new Dictionary<string, int>
        {
            ["Prometheus"] = Prometheus,
            ["Nats"] = Nats,
            ["NatsMonitor"] = NatsMonitor,
            ["Grafana"] = Grafana,
            ["Aggregator"] = Aggregator,
            ["Relay"] = Relay,
            ["StatPublisher"] = StatPublisher,
            ["StatRecords"] = StatRecords,
            ["Simulator"] = Simulator,
            ["Resources"] = Resources,
            ["KvEvents"] = KvEvents,
            ["KvReplay"] = KvReplay,
        };
        _process = ChildProcess.StartProject(
            "AppHost",
            [.. options.Select(o => string.Create(CultureInfo.InvariantCulture, $"--Ports:{o.Key}={o.Value}")), $"--DataDirectory={_directory.Path}", .. arguments ?? []],
            new Dictionary<string, string?> { [MarkName] = _mark, ["NO_COLOR"] = "1" });
    }

    public int Prometheus { get; }

    public int Nats { get; }

    public int NatsMonitor { get; }

    public int Grafana { get; }

    public int Aggregator { get; }

    public int Relay { get; }

    public int StatPublisher { get; }

    public int StatRecords { get; }

    public int Simulator { get; }

    public int Resources { get; }

    public int KvEvents { get; }

    public int KvReplay { get; }

    /// <summary>Time since the start.</summary>
    public TimeSpan Elapsed => _clock.Elapsed;

    public ChildProcess Process => _process;

    public HttpClient Http { get; } = new() { Timeout = TimeSpan.FromSeconds(10) };

    public static Uri Url(int port, string path) => new($"http://127.0.0.1:{port}{path}");

    /// <summary>Waits until every part answers that it is well.</summary>
    public async Task WaitForHealthAsync(TimeSpan timeout, bool simulator = true)
    {
        List<(string Name, Uri Url)> parts =
        [
            ("prometheus", Url(Prometheus, "/-/ready")),
            ("nats", Url(NatsMonitor, "/healthz")),
            ("metrics-aggregator", Url(Aggregator, "/health")),
            ("kv-event-relay", Url(Relay, "/health")),
            ("stat-publisher", Url(StatPublisher, "/health")),
        ];
        if (simulator)
        {
            parts.Add(("engine", Url(Simulator, "/health")));
        }

        foreach (var (name, url) in parts)
        {
            await Eventually.TrueAsync(
                $"{name} is healthy at {url}",
                async () =>
                {
                    if (_process.HasExited)
                    {
                        return true;
                    }

                    using var response = await Http.GetAsync(url);
                    return response.IsSuccessStatusCode;
                },
                timeout,
                () => "AppHost's output:\n" + _process.Output);
            Assert.False(_process.HasExited, $"AppHost has ended:\n{_process.Output}");
        }
    }

    /// <summary>Asks Prometheus; the samples of the answer.</summary>
    public async Task<IReadOnlyList<PrometheusSample>> QueryAsync(string expression)
    {
        using var document = JsonDocument.Parse(await Http.GetStringAsync(Url(Prometheus, "/api/v1/query?query=" + Uri.EscapeDataString(expression))));
        return
        [
            .. document.RootElement.GetProperty("data").GetProperty("result").EnumerateArray().Select(r => new PrometheusSample(
                r.GetProperty("metric").EnumerateObject().ToDictionary(l => l.Name, l => l.Value.GetString()!, StringComparer.Ordinal),
                double.Parse(r.GetProperty("value")[1].GetString()!, CultureInfo.InvariantCulture))),
        ];
    }

    /// <summary>Ids of living processes that carry this run's mark.</summary>
    public IReadOnlyList<int> LivingProcesses()
    {
        var found = new List<int>();
        foreach (var directory in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(directory), NumberStyles.None, CultureInfo.InvariantCulture, out var id))
            {
                continue;
            }

            try
            {
                // A zombie has ended; only its parent has not noticed yet.
                if (File.ReadAllText(Path.Combine(directory, "environ")).Contains($"{MarkName}={_mark}", StringComparison.Ordinal)
                    && !File.ReadAllText(Path.Combine(directory, "stat")).Contains(") Z ", StringComparison.Ordinal))
                {
                    found.Add(id);
                }
            }
            catch (IOException)
            {
                // Ended while we looked.
            }
            catch (UnauthorizedAccessException)
            {
                // Somebody else's process.
            }
        }

        return found;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Signal("TERM");
            try
            {
                await _process.WaitForExitAsync(TimeSpan.FromSeconds(15));
            }
            catch (TimeoutException)
            {
                // Killed below.
            }
        }

        await _process.DisposeAsync();
        foreach (var id in LivingProcesses())
        {
            try
            {
                using var left = System.Diagnostics.Process.GetProcessById(id);
                left.Kill();
            }
            catch (ArgumentException)
            {
                // Ended meanwhile.
            }
        }

        Http.Dispose();
        _directory.Dispose();
    }
}

/// <summary>One sample of an instant query.</summary>
public sealed record PrometheusSample(IReadOnlyDictionary<string, string> Labels, double Value);
