using System.Globalization;
using System.Reflection;
using DynamoAspire.Hosting.Ports;
using DynamoAspire.LocalRuntime.Running;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace DynamoAspire.LocalRuntime.Page;

/// <summary>
/// A page with all resources, on the loopback interface. It shows names of variables and never their values; it takes no input, so it needs no login.
/// </summary>
internal sealed class ResourcesPage : IAsyncDisposable
{
    /// <summary>Aspire's dashboard has this port too.</summary>
    private const int DefaultPort = 18888;

    private readonly WebApplication _app;

    private ResourcesPage(WebApplication app, string url)
    {
        _app = app;
        Url = url;
    }

    public string Url { get; }

    /// <summary>Starts the page; null when its port cannot be had, which is said and stops nothing else.</summary>
    public static async Task<ResourcesPage?> StartAsync(IConfiguration configuration, Func<IReadOnlyList<ResourceSnapshot>> snapshots, Terminal terminal)
    {
        var port = ChoosePort(configuration["Ports:Resources"], terminal);
        if (port is null)
        {
            return null;
        }

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.ListenLocalhost(port.Value);
        });
        // This process has one way to stop, and it is not the web host's.
        builder.Services.AddSingleton<Microsoft.Extensions.Hosting.IHostLifetime, NoLifetime>();
        var app = builder.Build();
        app.Use(Harden);
        MapAsset(app, "/", "page.html", "text/html; charset=utf-8");
        MapAsset(app, "/page.css", "page.css", "text/css; charset=utf-8");
        MapAsset(app, "/page.js", "page.js", "text/javascript; charset=utf-8");
        app.MapGet("/api/resources", (HttpContext context) =>
            context.Response.WriteAsJsonAsync(snapshots(), ResourceJson.Default.IReadOnlyListResourceSnapshot, cancellationToken: context.RequestAborted));
        try
        {
            await app.StartAsync();
        }
        catch (IOException e)
        {
            terminal.Say($"No resources page: {e.Message}");
            await app.DisposeAsync();
            return null;
        }

        return new ResourcesPage(app, string.Create(CultureInfo.InvariantCulture, $"http://localhost:{port}"));
    }

    public async ValueTask DisposeAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1));
        await _app.StopAsync(limit.Token);
        await _app.DisposeAsync();
    }

    private static int? ChoosePort(string? configured, Terminal terminal)
    {
        if (string.IsNullOrEmpty(configured))
        {
            if (PortOwner.IsFree(DefaultPort))
            {
                return DefaultPort;
            }

            var other = PortOwner.FindFree();
            terminal.Say($"Resources page: {PortOwner.Describe(DefaultPort)}; {other} is used instead (choose one: --Ports:Resources=…)");
            return other;
        }

        if (!int.TryParse(configured, NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port > 65_535)
        {
            terminal.Say($"No resources page: Ports:Resources is '{configured}', which is not a port (0 to 65535; 0 takes a free one).");
            return null;
        }

        if (port == 0)
        {
            return PortOwner.FindFree();
        }

        if (PortOwner.IsFree(port))
        {
            return port;
        }

        terminal.Say($"No resources page: {PortOwner.Describe(port)} (choose another: --Ports:Resources=…)");
        return null;
    }

    private static Task Harden(HttpContext context, RequestDelegate next)
    {
        // A page of another site that resolves its own name to 127.0.0.1 would otherwise read this one.
        if (context.Request.Host.Host is not ("localhost" or "127.0.0.1" or "[::1]"))
        {
            context.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
            return Task.CompletedTask;
        }

        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-store";
        return next(context);
    }

    private static void MapAsset(WebApplication app, string path, string file, string contentType)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"DynamoAspire.LocalRuntime.Page.{file}")!;
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        var bytes = memory.ToArray();
        app.MapGet(path, (HttpContext context) =>
        {
            context.Response.ContentType = contentType;
            return context.Response.Body.WriteAsync(bytes).AsTask();
        });
    }

    private sealed class NoLifetime : Microsoft.Extensions.Hosting.IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
