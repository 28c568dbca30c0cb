using System.Net;
using System.Text;
using DynamoAspire.Testing;

namespace DynamoAspire.Cli.Tests.Check;

/// <summary>Answers every request with the same text.</summary>
internal sealed class TextServer : IAsyncDisposable
{
    private readonly HttpListener _listener = new();
    private Task _serving = Task.CompletedTask;

    internal string Url { get; private set; } = "";

    internal string Body { get; set; } = "";

    internal string ContentType { get; set; } = "text/plain; version=0.0.4";

    internal static Task<TextServer> StartAsync()
    {
        var server = new TextServer();
        server.Url = $"http://127.0.0.1:{FreePort.Next()}/";
        server._listener.Prefixes.Add(server.Url);
        server._listener.Start();
        server._serving = server.ServeAsync();
        return Task.FromResult(server);
    }

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
                context.Response.ContentType = ContentType;
                context.Response.Close(Encoding.UTF8.GetBytes(Body), willBlock: false);
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }
}
