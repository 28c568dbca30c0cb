using System.Text.Json.Nodes;
using DynamoAspire.EngineSimulator.Engines;
using DynamoAspire.ServiceDefaults.Hosting;
using DynamoAspire.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace DynamoAspire.EngineSimulator.Tests;

/// <summary>The whole service in this process, on free ports.</summary>
internal sealed class SimulatorHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private SimulatorHost(WebApplication app, int events, int replay)
    {
        _app = app;
        EventsPort = events;
        ReplayPort = replay;
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.Single()), Timeout = TimeSpan.FromSeconds(20) };
    }

    /// <summary>Port of the first engine's rank 0.</summary>
    public int EventsPort { get; }

    public int ReplayPort { get; }

    public HttpClient Http { get; }

    public EngineFleet Fleet => _app.Services.GetRequiredService<EngineFleet>();

    /// <summary>Starts it with one engine <c>e0</c> of two ranks, quick steps, and whatever else is given as <c>key=value</c>.</summary>
    public static async Task<SimulatorHost> StartAsync(params string[] settings)
    {
        var ports = FreePort.NextRange(4);
        string[] args =
        [
            "--urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=Warning", "--Simulator:StepInterval=5ms", "--Simulator:RequestsPerSecond=100",
            "--Engines:0:Name=e0", "--Engines:0:Model=test/model", "--Engines:0:DpSize=2",
            $"--Engines:0:KvEvents=tcp://127.0.0.1:{ports}", $"--Engines:0:KvReplay=tcp://127.0.0.1:{ports + 2}",
            .. settings.Select(s => "--" + s),
        ];
        var app = ServiceHost.Build(args, Simulator.Description, Simulator.Add, Simulator.Map);
        try
        {
            await app.StartAsync();
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        return new SimulatorHost(app, ports, ports + 2);
    }

    public async Task<JsonNode> PostAsync(string path, string? body = null)
    {
        using var content = new StringContent(body ?? "");
        using var response = await Http.PostAsync(path, content);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonNode.Parse(text)!;
    }

    public async Task<JsonNode> StateAsync() => JsonNode.Parse(await Http.GetStringAsync("/control/state"))!["engines"]![0]!;

    public async Task<JsonNode> RankAsync(int rank) => (await StateAsync())["ranks"]![rank]!;

    /// <summary>Lets no more requests arrive and waits until all are answered, so that the cache stands still.</summary>
    public async Task CalmAsync()
    {
        await PostAsync("/control/rate", """{"requests_per_second": 0}""");
        await Eventually.TrueAsync("all requests are answered", async () =>
            (await StateAsync())["ranks"]!.AsArray().All(r => (int)r!["running"]! + (int)r["waiting"]! == 0));
    }

    /// <summary>Waits until a rank has published that many batches.</summary>
    public Task PublishedAsync(int batches, int rank = 0) =>
        Eventually.TrueAsync($"{batches} batches are out", async () => (int)(await RankAsync(rank))["next_sequence"]! >= batches);

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
