using DynamoAspire.Messaging.Nats;
using DynamoAspire.Testing;

namespace DynamoAspire.Messaging.Tests.Nats;

/// <content>Who may connect.</content>
public abstract partial class NatsContract
{
    // The example pair of the NATS documentation (docs.nats.io, authentication with NKeys).
    private const string Seed = "SUACSSL3UAHUDXKFSNVUZRF5UHPMWZ6BFDTJ7M6USDXIEDNPPQYYYCU3VY";
    private const string PublicKey = "UDXU4RCSJNZOIQHZNWXHXORDPRTGNJAHAHFRGZNEEJCPQTT2M7NLCNF4";

    [Fact]
    public async Task Credentials_UserAndPassword_Connects()
    {
        await using var server = await NatsServer.StartAsync(new NatsServerOptions().WithUser("ann", "p@ss:w/rd"));

        await AssertConnectsAsync(Options(server) with { Username = "ann", Password = "p@ss:w/rd" });
        await AssertConnectsAsync(Options(server) with { Url = $"nats://ann:p%40ss%3Aw%2Frd@127.0.0.1:{server.Port}" });
    }

    [Fact]
    public async Task Credentials_Token_Connects()
    {
        await using var server = await NatsServer.StartAsync(new NatsServerOptions().WithToken("s3cr3t"));

        await AssertConnectsAsync(Options(server) with { Token = "s3cr3t" });
        await AssertConnectsAsync(Options(server) with { Url = $"nats://s3cr3t@127.0.0.1:{server.Port}" });
    }

    [Fact]
    public async Task Credentials_NKey_Connects()
    {
        await using var server = await NatsServer.StartAsync(new NatsServerOptions().WithNKey(PublicKey));

        await AssertConnectsAsync(Options(server) with { NKeySeed = Seed });
    }

    [Fact]
    public async Task Credentials_File_Connects()
    {
        var jwt = TestJwt.Create();
        await using var server = await NatsServer.StartAsync(new NatsServerOptions { JetStream = false, Extra = [jwt.ServerConfiguration] });
        var file = Path.Combine(server.Directory, "user.creds");
        await File.WriteAllTextAsync(file, jwt.Credentials);

        await AssertConnectsAsync(Options(server) with { CredentialsFile = file });
        var without = await ConnectAsync(Options(server));
        Assert.True(without.Counters.AuthorizationFailures > 0);
    }

    [Fact]
    public async Task Tls_TrustedAuthority_ConnectsAndAnotherDoesNot()
    {
        using var certificates = new TestCertificates();
        await using var server = await NatsServer.StartAsync(new NatsServerOptions { TlsCertificateFile = certificates.CertificateFile, TlsKeyFile = certificates.KeyFile });
        var options = Options(server) with { Url = $"tls://localhost:{server.Port}", TlsCaFile = certificates.AuthorityFile };

        await AssertConnectsAsync(options);
        var untrusting = await ConnectAsync(options with { TlsCaFile = null });
        Assert.Equal(NatsConnectionState.Disconnected, untrusting.State);
        Assert.NotNull(untrusting.LastError);
        var elsewhere = await ConnectAsync(options with { Url = server.Url });
        Assert.Equal(NatsConnectionState.Disconnected, elsewhere.State);
    }

    [Fact]
    public async Task Credentials_Wrong_AreTriedOnAndCounted()
    {
        await using var server = await NatsServer.StartAsync(new NatsServerOptions().WithUser("ann", "right"));

        var connection = await ConnectAsync(Options(server) with { Username = "ann", Password = "wrong" });

        Assert.Equal(NatsConnectionState.Disconnected, connection.State);
        Assert.Contains("Authorization Violation", connection.LastError, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("wrong", connection.LastError, StringComparison.Ordinal);

        // More than the two attempts after which client libraries give up.
        await Eventually.TrueAsync("it is tried again and again", () => connection.Counters.AuthorizationFailures >= 4);
        Assert.Equal(connection.Counters.ConnectFailures, connection.Counters.AuthorizationFailures);
    }

    [Fact]
    public async Task Permissions_Violated_AreReportedAndTheConnectionGoesOn()
    {
        await using var server = await NatsServer.StartAsync(new NatsServerOptions
        {
            Authorization = "users: [ { user: ann, password: pw, permissions: { publish: [\"allowed.>\", \"_INBOX.>\"], subscribe: [\"allowed.>\", \"_INBOX.>\"] } } ]",
        });
        var connection = await ConnectAsync(Options(server) with { Username = "ann", Password = "pw" });

        connection.TryPublish(new NatsSubject("forbidden.x"), default);

        await Eventually.TrueAsync("the violation is reported", () => connection.Counters.Errors > 0);
        Assert.Contains("Permissions Violation", connection.LastError, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("forbidden.x", connection.LastError, StringComparison.Ordinal);
        await connection.FlushAsync();
        Assert.Equal(NatsConnectionState.Connected, connection.State);
    }

    [Theory]
    [InlineData("http://127.0.0.1:4222")]
    [InlineData("")]
    [InlineData("nats://")]
    [InlineData("nats://host:99999")]
    [InlineData("nats://user:secret@host:4222/path")]
    public async Task Url_Invalid_SaysSoWithoutThePassword(string url)
    {
        var error = await Assert.ThrowsAsync<NatsException>(async () => await NatsConnections.ConnectAsync(Options(Server) with { Url = url }));

        Assert.Equal(NatsError.Invalid, error.Error);
        Assert.Contains("nats://host:4222", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Options_SeveralProblems_AreReportedTogether()
    {
        var error = await Assert.ThrowsAsync<NatsException>(async () => await NatsConnections.ConnectAsync(Options(Server) with
        {
            ConnectTimeout = TimeSpan.Zero,
            CredentialsFile = "/nowhere/user.creds",
            Token = "t",
            NKeySeed = "SUnot-a-seed",
        }));

        Assert.Equal(NatsError.Invalid, error.Error);
        Assert.Contains("ConnectTimeout", error.Message, StringComparison.Ordinal);
        Assert.Contains("/nowhere/user.creds", error.Message, StringComparison.Ordinal);
        Assert.Contains("give one of", error.Message, StringComparison.Ordinal);
        Assert.Contains("NKey seed", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("not-a-seed", error.Message, StringComparison.Ordinal);
    }

    private async Task AssertConnectsAsync(NatsOptions options)
    {
        var connection = await ConnectAsync(options);
        Assert.True(connection.State == NatsConnectionState.Connected, connection.LastError);
        await connection.FlushAsync();
        Assert.Equal(0, connection.Counters.AuthorizationFailures);
    }
}
