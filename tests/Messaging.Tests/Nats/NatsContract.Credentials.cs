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
