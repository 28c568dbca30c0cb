using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace DynamoAspire.MetricsAggregator.Tests;

/// <summary>A real HTTP server that answers as the test wants.</summary>
internal sealed class EngineStandIn : IAsyncDisposable
{
    private readonly WebApplication _app;
    private int _requests;

    private EngineStandIn(WebApplication app) => _app = app;

    public string Url => _app.Urls.Single() + "/metrics";

    public int Requests => Volatile.Read(ref _requests);

    public Func<HttpContext, Task> Answer { get; set; } = _ => Task.CompletedTask;

    public static async Task<EngineStandIn> StartAsync(string body) => await StartAsync(c => c.Response.WriteAsync(body));

    public static Task<EngineStandIn> StartAsync(Func<HttpContext, Task> answer) => StartAsync(answer, null);

    /// <summary>Over TLS if there are options for it.</summary>
    public static async Task<EngineStandIn> StartAsync(Func<HttpContext, Task> answer, Action<HttpsConnectionAdapterOptions>? tls)
    {
        var builder = WebApplication.CreateSlimBuilder();
        if (tls is null)
        {
            builder.WebHost.UseUrls("http://127.0.0.1:0");
        }
        else
        {
            builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(k => k.Listen(System.Net.IPAddress.Loopback, 0, l => l.UseHttps(tls)));
        }

        builder.Logging.ClearProviders();
        var app = builder.Build();
        var engine = new EngineStandIn(app) { Answer = answer };
        app.Run(context =>
        {
            Interlocked.Increment(ref engine._requests);
            return engine.Answer(context);
        });
        await app.StartAsync();
        return engine;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
