using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using DynamoAspire.MetricsAggregator.Options;

namespace DynamoAspire.MetricsAggregator.Targets;

/// <summary>The HTTP client of a group of targets: no redirects, no cookies, no proxy, TLS 1.2 or later, no link-local addresses (which is where clouds keep their secrets).</summary>
internal sealed class TargetHttp : IDisposable
{
    // The metadata service of AWS over IPv6, which is not link-local.
    private static readonly IPAddress s_metadata = IPAddress.Parse("fd00:ec2::254");
    private readonly IPNetwork[] _allowed;
    private readonly TlsOptions _tls;
    private readonly X509Certificate2Collection _authorities;
    private readonly Lock _gate = new();
    private X509Certificate2? _certificate;
    private DateTime _certificateOf;

    public TargetHttp(ScrapeSettings? settings = null)
    {
        settings ??= new ScrapeSettings();
        _tls = settings.Tls;
        _allowed = [.. settings.AllowedNetworks.Select(n => IPNetwork.Parse(n))];
        _authorities = _tls.CaFile.Length > 0 ? _tls.LoadAuthorities() : [];
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

            // Our own scrapes would bury the traces that somebody looks for.
            ActivityHeadersPropagator = null,
        };
        Client = new HttpClient(handler, disposeHandler: true) { Timeout = Timeout.InfiniteTimeSpan };
        Client.DefaultRequestHeaders.UserAgent.ParseAdd("dynamo-aspire-metrics-aggregator");

        // The older text first: the Python client's OpenMetrics spells names with a colon differently on different lines.
        Client.DefaultRequestHeaders.Accept.ParseAdd("text/plain;version=0.0.4");
        Client.DefaultRequestHeaders.Accept.ParseAdd("application/openmetrics-text;version=1.0.0;q=0.5");
        Client.DefaultRequestHeaders.Accept.ParseAdd("*/*;q=0.1");
    }

    public HttpClient Client { get; }

    public void Dispose()
    {
        Client.Dispose();
        _certificate?.Dispose();
    }

    internal static bool IsRefused(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return plain.AddressFamily == AddressFamily.InterNetwork
            ? plain.GetAddressBytes() is [169, 254, ..]
            : plain.IsIPv6LinkLocal || plain.Equals(s_metadata);
    }

    private bool IsAllowed(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return !IsRefused(plain) && (_allowed.Length == 0 || Array.Exists(_allowed, n => n.Contains(plain)));
    }

    private SslClientAuthenticationOptions CreateTls()
    {
        var options = new SslClientAuthenticationOptions { EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13 };
        if (_tls.InsecureSkipVerify)
        {
#pragma warning disable CA5359 // Only where the configuration says so in as many words.
            options.RemoteCertificateValidationCallback = static (_, _, _, _) => true;
#pragma warning restore CA5359
        }
        else if (_tls.CaFile.Length > 0)
        {
            options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(_authorities);
        }

        if (_tls.CertFile.Length > 0)
        {
            options.LocalCertificateSelectionCallback = (_, _, _, _, _) => Certificate();
        }

        return options;
    }

    /// <summary>Our certificate; read again when its file has changed, since such certificates live for days.</summary>
    private X509Certificate2 Certificate()
    {
        lock (_gate)
        {
            var changed = File.GetLastWriteTimeUtc(_tls.CertFile);
            if (_certificate is null || changed != _certificateOf)
            {
                try
                {
                    // The old one may be in use by a handshake; it is left to the collector.
                    (_certificate, _certificateOf) = (_tls.LoadCertificate(), changed);
                }
                catch (Exception e) when (_certificate is not null && e is IOException or System.Security.Cryptography.CryptographicException)
                {
                    // Half written: the old one serves until it is whole.
                }
            }

            return _certificate!;
        }
    }

    /// <summary>TLS of our own making: the handler's would ask for the URL's host in the certificate, whatever <c>ServerName</c> says.</summary>
    private async Task<Stream> SecureAsync(NetworkStream stream, string host, CancellationToken cancellationToken)
    {
        var options = CreateTls();
        options.TargetHost = _tls.ServerName.Length > 0 ? _tls.ServerName : host;
        var secure = new SslStream(stream);
        try
        {
            await secure.AuthenticateAsClientAsync(options, cancellationToken);
            return secure;
        }
        catch
        {
            await secure.DisposeAsync();
            throw;
        }
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        // Checked after the name is resolved: a name may point anywhere.
        var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellationToken);
        var allowed = Array.FindAll(addresses, IsAllowed);
        if (allowed.Length == 0)
        {
            throw new RefusedAddressException(Array.Exists(addresses, a => !IsRefused(a)));
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, cancellationToken);
            var stream = new NetworkStream(socket, ownsSocket: true);
            return context.InitialRequestMessage.RequestUri?.Scheme == Uri.UriSchemeHttps ? await SecureAsync(stream, context.DnsEndPoint.Host, cancellationToken) : stream;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}

/// <summary>A target's name leads to addresses only that are not scraped.</summary>
internal sealed class RefusedAddressException(bool outside)
    : IOException(outside ? "its name leads to an address outside AllowedNetworks" : "its name leads to a link-local address, which is not scraped");
