using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using DynamoAspire.Engines;
using DynamoAspire.KvEvents.RouterEvents;
using DynamoAspire.Messaging.JetStream;
using DynamoAspire.Messaging.Nats;
using DynamoAspire.ServiceDefaults.Hosting;
using DynamoAspire.Testing;
using Microsoft.AspNetCore.Builder;

namespace DynamoAspire.KvEventRelay.Tests.EndToEnd;

/// <summary>The relay as a service in this process, on a free port.</summary>
internal sealed class RelayHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private RelayHost(WebApplication app)
    {
        _app = app;
        Http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };
    }

    public HttpClient Http { get; }

    public static async Task<RelayHost> StartAsync(string nats, EngineOptions engine, params string[] more)
    {
        var args = new List<string> { "--urls", "http://127.0.0.1:0", "--ConnectionStrings:nats", nats };
        foreach (var (key, value) in engine.ToConfiguration(0))
        {
            args.Add("--" + key);
            args.Add(value);
        }

        var app = ServiceHost.Build([.. args, .. more], RelayService.Description, RelayService.Add, RelayService.Map);
        await app.StartAsync();
        return new RelayHost(app);
    }

    public async Task<JsonElement> GetAsync(string path) => (await Http.GetFromJsonAsync<JsonElement>(path)).Clone();

    public async Task<JsonElement> PostAsync(string path, object body)
    {
        using var response = await Http.PostAsJsonAsync(path, body);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement;
    }

    public async Task<double> MetricAsync(string series)
    {
        var text = await Http.GetStringAsync("/metrics");
        var line = text.Split('\n').FirstOrDefault(l => l.StartsWith(series + " ", StringComparison.Ordinal));
        Assert.True(line is not null, $"No series {series} in:\n" + string.Join('\n', text.Split('\n').Where(l => l.Contains(series.Split('{')[0], StringComparison.Ordinal))));
        return double.Parse(line![(series.Length + 1)..], System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>All payloads in the stream of a component, in order, once there are as many as expected.</summary>
    public static async Task<IReadOnlyList<string>> StreamAsync(string nats, int count, Func<Task<string>> detail)
    {
        await using var connection = await NatsConnections.ConnectAsync(new NatsOptions { Url = nats });
        var context = new JetStreamContext(connection);
        var name = KvEventNames.Stream("dynamo", "backend");
        var info = await Eventually.GetAsync("the stream is there", async () => await context.GetStreamAsync(name));
        try
        {
            info = await Eventually.GetAsync(
                $"{count} messages are in the stream",
                async () => await context.GetStreamAsync(name) is { } now && now.Messages >= (ulong)count ? now : null,
                TimeSpan.FromSeconds(40));
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"{(await context.GetStreamAsync(name))!.Messages} of {count} messages. {await detail()}", e);
        }

        await using var consumer = await context.CreateConsumerAsync(name, new ConsumerConfig { AckPolicy = AckPolicy.None });
        var all = new List<string>();
        while (all.Count < (int)info.Messages)
        {
            foreach (var message in await consumer.FetchAsync(new FetchOptions { Batch = 512, NoWait = true }))
            {
                all.Add(Encoding.UTF8.GetString(message.Payload.Span));
            }
        }

        return all;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
