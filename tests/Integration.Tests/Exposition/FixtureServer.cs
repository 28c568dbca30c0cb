using System.Net;
using DynamoAspire.Testing;

namespace DynamoAspire.Integration.Tests.Exposition;

/// <summary>A page per path, each with its content type, as a target that Prometheus scrapes.</summary>
internal sealed class FixtureServer : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private readonly IReadOnlyDictionary<string, (string ContentType, byte[] Body)> _pages;
    private readonly Task _serving;

    internal FixtureServer(IReadOnlyDictionary<string, (string ContentType, byte[] Body)> pages)
    {
        _pages = pages;
        Port = FreePort.Next();
        _listener.Prefixes.Add($"http://127.0.0.1:{Port}/");
        _listener.Start();
        _serving = ServeAsync();
    }

    internal int Port { get; }

    public async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                var context = await _listener.GetContextAsync();
                if (!_pages.TryGetValue(context.Request.Url!.AbsolutePath, out var page))
                {
                    context.Response.StatusCode = 404;
                    context.Response.Close();
                    continue;
                }

                context.Response.ContentType = page.ContentType;
                context.Response.Close(page.Body, willBlock: false);
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }
}
