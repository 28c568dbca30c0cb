using System.Globalization;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Parsing;
using DynamoAspire.Metrics.Writing;
using DynamoAspire.ServiceDefaults.Hosting;
using DynamoAspire.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace DynamoAspire.MetricsAggregator.Tests;

/// <summary>The real service within the test, on a free port.</summary>
internal sealed class AggregatorHost : IAsyncDisposable
{
    private readonly WebApplication _app;

    private AggregatorHost(WebApplication app)
    {
        _app = app;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public HttpClient Client { get; }

    /// <summary>Starts it. Without another setting NATS is at a port where nobody listens.</summary>
    public static Task<AggregatorHost> StartAsync(params (string Key, string Value)[] settings) => StartAsync(TimeProvider.System, settings);

    /// <summary>Starts it with a clock of the test's.</summary>
    public static async Task<AggregatorHost> StartAsync(TimeProvider time, params (string Key, string Value)[] settings)
    {
        var nats = settings.Any(s => s.Key == "ConnectionStrings:nats") ? [] : new[] { ("ConnectionStrings:nats", string.Create(CultureInfo.InvariantCulture, $"nats://127.0.0.1:{FreePort.Next()}")) };
        string[] args = ["--urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=Warning", .. nats.Concat(settings).Select(s => $"--{s.Item1}={s.Item2}")];
        var app = ServiceHost.Build(
            args,
            AggregatorService.Description,
            builder =>
            {
                builder.Services.AddSingleton(time);
                AggregatorService.Add(builder);
            },
            AggregatorService.Map);
        await app.StartAsync();
        return new AggregatorHost(app);
    }

    /// <summary>Settings of an engine.</summary>
    public static (string Key, string Value)[] Engine(int index, string name, string? url = null, string? directory = null)
    {
        var settings = new List<(string, string)> { ($"Engines:{index}:Name", name), ($"Engines:{index}:Model", "m") };
        if (url is not null)
        {
            settings.Add(($"Engines:{index}:MetricsUrl", url));
        }

        if (directory is not null)
        {
            settings.Add(($"Engines:{index}:MultiprocDir", directory));
        }

        return [.. settings];
    }

    /// <summary>Scrapes, and holds the answer to every rule of its format: one block per family, no series twice.</summary>
    public async Task<string> ScrapeAsync(bool openMetrics = false)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        request.Headers.Accept.ParseAdd(openMetrics ? "application/openmetrics-text;version=1.0.0" : "text/plain");
        using var response = await Client.SendAsync(request);
        response.EnsureSuccessStatusCode();
        var format = openMetrics ? ExpositionFormat.OpenMetrics : ExpositionFormat.Text;
        Assert.Equal(ExpositionContentType.Of(format), response.Content.Headers.ContentType?.ToString());
        var body = await response.Content.ReadAsByteArrayAsync();
        var result = new ExpositionLoader(new ExpositionLoaderOptions { Strict = true }).Load(body, format, new MetricSnapshot());
        Assert.True(result.Succeeded, result.Error.ToString());
        return System.Text.Encoding.UTF8.GetString(body);
    }

    /// <summary>What a path answers, whatever its status.</summary>
    public async Task<(System.Net.HttpStatusCode Status, string Body)> GetAsync(string path)
    {
        using var response = await Client.GetAsync(new Uri(path, UriKind.Relative));
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>Lines of a scrape that begin with a text.</summary>
    public async Task<string[]> LinesAsync(string start) => [.. (await ScrapeAsync()).Split('\n').Where(l => l.StartsWith(start, StringComparison.Ordinal))];

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
    }
}
