using System.Net;
using System.Net.Sockets;

namespace DynamoAspire.MetricsAggregator.Targets;

/// <summary>The HTTP client of all targets: no redirects, no cookies, no proxy, no link-local addresses (which is where clouds keep their secrets).</summary>
internal sealed class TargetHttp : IDisposable
{
    public TargetHttp()
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            AutomaticDecompression = DecompressionMethods.GZip,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(2),
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            MaxResponseHeadersLength = 64,
            ConnectCallback = ConnectAsync,
        };
        Client = new HttpClient(handler, disposeHandler: true) { Timeout = Timeout.InfiniteTimeSpan };
        Client.DefaultRequestHeaders.UserAgent.ParseAdd("dynamo-aspire-metrics-aggregator");

        // The older text first: the Python client's OpenMetrics spells names with a colon differently on different lines.
        Client.DefaultRequestHeaders.Accept.ParseAdd("text/plain;version=0.0.4");
        Client.DefaultRequestHeaders.Accept.ParseAdd("application/openmetrics-text;version=1.0.0;q=0.5");
        Client.DefaultRequestHeaders.Accept.ParseAdd("*/*;q=0.1");
    }

    public HttpClient Client { get; }

    public void Dispose() => Client.Dispose();

    internal static bool IsRefused(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return plain.AddressFamily == AddressFamily.InterNetwork
            ? plain.GetAddressBytes() is [169, 254, ..]
            : plain.IsIPv6LinkLocal;
    }

    private static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        // Checked after the name is resolved: a name may point anywhere.
        var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellationToken);
        var allowed = Array.FindAll(addresses, a => !IsRefused(a));
        if (allowed.Length == 0)
        {
            throw new RefusedAddressException();
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>A target's name leads to a link-local address only.</summary>
internal sealed class RefusedAddressException() : IOException("Link-local addresses are not scraped.");
