using DynamoAspire.ServiceDefaults.Hosting;
using Microsoft.AspNetCore.Builder;

namespace DynamoAspire.ServiceDefaults.Tests;

/// <summary>A service with nothing of its own, on a free port.</summary>
internal sealed class TestService : IAsyncDisposable
{
    private TestService(WebApplication app)
    {
        App = app;
        Client = new HttpClient(new SocketsHttpHandler { AutomaticDecompression = System.Net.DecompressionMethods.None }) { BaseAddress = new Uri(app.Urls.First()) };
    }

    public static ServiceDescription Description { get; } = new() { Name = "test-service", DefaultPort = 9 };

    public WebApplication App { get; }

    public HttpClient Client { get; }

    public static async Task<TestService> StartAsync(Action<WebApplicationBuilder>? add = null, Action<WebApplication>? map = null, ServiceDescription? description = null, params string[] args)
    {
        var app = ServiceHost.Build(["--urls", "http://127.0.0.1:0", .. args], description ?? Description, add ?? (_ => { }), map ?? (_ => { }));
        try
        {
            await app.StartAsync();
            return new TestService(app);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    public async Task<string> MetricsAsync(string? accept = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics");
        if (accept is not null)
        {
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        using var response = await Client.SendAsync(request);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsStringAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await App.StopAsync();
        await App.DisposeAsync();
    }
}
