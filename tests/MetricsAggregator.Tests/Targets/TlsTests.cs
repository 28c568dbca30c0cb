using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DynamoAspire.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace DynamoAspire.MetricsAggregator.Tests.Targets;

/// <summary>TLS towards targets, against a real TLS server.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly TemporaryDirectory _folder = new();
    private readonly X509Certificate2 _authority;
    private readonly X509Certificate2 _server;
    private readonly X509Certificate2 _client;

    public TlsTests()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=test authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _authority = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        _server = Issue("CN=server", "engine.test");
        _client = Issue("CN=client", null);
        File.WriteAllText(_folder.Combine("ca.pem"), _authority.ExportCertificatePem());
        File.WriteAllText(_folder.Combine("client.pem"), _client.ExportCertificatePem());
        File.WriteAllText(_folder.Combine("client.key"), _client.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
    }

    [Fact]
    public async Task Target_WithOurAuthorityAndItsName_IsScraped()
    {
        await using var engine = await StartAsync();
        await using var host = await AggregatorHost.StartAsync(Group(engine, ("Tls:CaFile", _folder.Combine("ca.pem")), ("Tls:ServerName", "engine.test")));
        Assert.Single(await host.LinesAsync("x{"));
    }

    [Theory]
    [InlineData(false, "engine.test")]
    [InlineData(true, "another.test")]
    [InlineData(true, "")]
    public async Task Target_ThatCannotBeTrusted_IsNotScraped(bool withAuthority, string name)
    {
        await using var engine = await StartAsync();
        await using var host = await AggregatorHost.StartAsync(Group(engine, [.. withAuthority ? [("Tls:CaFile", _folder.Combine("ca.pem"))] : Array.Empty<(string, string)>(), ("Tls:ServerName", name)]));
        Assert.Empty(await host.LinesAsync("x{"));
        Assert.Contains("reason=\"tls\"", Assert.Single(await host.LinesAsync("dynamo_aspire_target_failures_total{")), StringComparison.Ordinal);
        Assert.Equal(0, engine.Requests);
    }

    [Fact]
    public async Task Target_WhereSaid_IsTakenUnverified()
    {
        await using var engine = await StartAsync();
        await using var host = await AggregatorHost.StartAsync(Group(engine, ("Tls:InsecureSkipVerify", "true")));
        Assert.Single(await host.LinesAsync("x{"));
    }

    [Fact]
    public async Task Target_ThatAsksForACertificate_GetsOurs()
    {
        var seen = "";
        await using var engine = await StartAsync(
            c => seen = c.Connection.ClientCertificate?.Subject ?? "",
            tls =>
            {
                tls.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                tls.AllowAnyClientCertificate();
            });
        (string, string)[] trust = [("Tls:CaFile", _folder.Combine("ca.pem")), ("Tls:ServerName", "engine.test")];
        await using (var without = await AggregatorHost.StartAsync(Group(engine, trust)))
        {
            Assert.Empty(await without.LinesAsync("x{"));
        }

        await using var host = await AggregatorHost.StartAsync(Group(engine, [.. trust, ("Tls:CertFile", _folder.Combine("client.pem")), ("Tls:KeyFile", _folder.Combine("client.key"))]));
        Assert.Single(await host.LinesAsync("x{"));
        Assert.Equal("CN=client", seen);
    }

    [Fact]
    public async Task Target_WithTls11_IsNotSpokenTo()
    {
#pragma warning disable SYSLIB0039, CA5397 // The old version is the point of the test.
        await using var engine = await StartAsync(null, tls => tls.SslProtocols = System.Security.Authentication.SslProtocols.Tls11);
#pragma warning restore SYSLIB0039, CA5397
        await using var host = await AggregatorHost.StartAsync(Group(engine, ("Tls:InsecureSkipVerify", "true")));
        Assert.Empty(await host.LinesAsync("x{"));
        Assert.Equal(0, engine.Requests);
    }

    public void Dispose()
    {
        _authority.Dispose();
        _server.Dispose();
        _client.Dispose();
        _folder.Dispose();
    }

    private Task<EngineStandIn> StartAsync(Action<HttpContext>? look = null, Action<HttpsConnectionAdapterOptions>? tls = null) => EngineStandIn.StartAsync(
        c =>
        {
            look?.Invoke(c);
            return c.Response.WriteAsync("x 1\n");
        },
        o =>
        {
            o.ServerCertificate = _server;
            tls?.Invoke(o);
        });

    private X509Certificate2 Issue(string subject, string? host)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        if (host is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName(host);
            request.CertificateExtensions.Add(names.Build());
        }

        using var issued = request.Create(_authority, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(12), RandomNumberGenerator.GetBytes(8));
        using var withKey = issued.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }

    private static (string, string)[] Group(EngineStandIn engine, params (string Key, string Value)[] settings) =>
        [("Aggregator:Scrapes:0:Name", "g"), ("Aggregator:Scrapes:0:Urls:0", engine.Url), .. settings.Where(s => s.Value.Length > 0).Select(s => ($"Aggregator:Scrapes:0:{s.Key}", s.Value))];
}
