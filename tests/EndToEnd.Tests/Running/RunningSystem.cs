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
    private readonly TemporaryDirectory _directory = new();
    private readonly ChildProcess _process;
    private readonly MarkedProcesses _marked = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    /// <param name="arguments">More arguments of the AppHost.</param>
    /// <param name="engineRanks">Ranks of all simulated engines.</param>
    /// <param name="withoutProgram">A program that this system alone does not find, as if it were not installed (<see cref="HiddenProgram"/>).</param>
    public RunningSystem(IEnumerable<string>? arguments = null, int engineRanks = 4, string? withoutProgram = null)
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
        string[] appHost =
        [
            RepositoryPaths.Assembly("AppHost"),
            .. options.Select(o => string.Create(CultureInfo.InvariantCulture, $"--Ports:{o.Key}={o.Value}")), $"--DataDirectory={_directory.Path}", .. arguments ?? [],
        ];
        IReadOnlyList<string> command = [ChildProcess.DotnetPath, .. appHost];
        command = withoutProgram is null ? command : HiddenProgram.Hide(withoutProgram, command);
        _process = ChildProcess.StartInForeground(
            command[0], command.Skip(1), new Dictionary<string, string?>(_marked.Environment) { ["NO_COLOR"] = "1" }, Path.Combine(RepositoryPaths.Root, "src", "AppHost"));
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
    public IReadOnlyList<int> LivingProcesses() => [.. _marked.Living().Select(p => p.Id)];

    /// <summary>What the page of resources says of one: its state and the reason.</summary>
    public async Task<(string State, string? Reason)> ResourceAsync(string name)
    {
        using var document = JsonDocument.Parse(await Http.GetStringAsync(Url(Resources, "/api/resources")));
        var resource = document.RootElement.EnumerateArray().Single(r => r.GetProperty("name").GetString() == name);
        return (resource.GetProperty("state").GetString()!, resource.GetProperty("reason").GetString());
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
        _marked.KillLeftovers();
        Http.Dispose();
        _directory.Dispose();
    }
}

/// <summary>One sample of an instant query.</summary>
public sealed record PrometheusSample(IReadOnlyDictionary<string, string> Labels, double Value);
