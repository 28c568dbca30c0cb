using DynamoAspire.Engines.Configuration;
using DynamoAspire.Messaging.Nats;
using DynamoAspire.ServiceDefaults.Connections;
using Microsoft.Extensions.Configuration;

namespace DynamoAspire.ServiceDefaults.Tests.Connections;

public class NatsOptionsFromConfigurationTests
{
    [Fact]
    public void Read_NothingSet_IsThisMachine() => Assert.Equal(NatsOptions.Default with { Name = "me" }, Read());

    [Fact]
    public void Read_SeveralPlaces_TheConnectionStringWins()
    {
        var (connection, url, server) = (("ConnectionStrings:nats", "nats://a:1"), ("Nats:Url", "nats://b:2"), ("NATS_SERVER", "nats://c:3"));

        Assert.Equal("nats://a:1", Read(connection, url, server).Url);
        Assert.Equal("nats://b:2", Read(url, server).Url);
        Assert.Equal("nats://c:3", Read(server).Url);
    }

    [Fact]
    public void Read_DynamosVariables_AreTakenInItsOrder()
    {
        var (user, password) = (("NATS_AUTH_USERNAME", "u"), ("NATS_AUTH_PASSWORD", "p"));
        var (token, seed, file) = (("NATS_AUTH_TOKEN", "t"), ("NATS_AUTH_NKEY", "SU"), ("NATS_AUTH_CREDENTIALS_FILE", "/x.creds"));

        var all = Read(user, password, token, seed, file);
        Assert.Equal(("u", "p", false), (all.Username, all.Password.Reveal(), all.Token.HasValue));
        Assert.Equal("t", Read(token, seed, file).Token.Reveal());
        Assert.Equal("SU", Read(seed, file).NKeySeed.Reveal());
        Assert.Equal("/x.creds", Read(file).CredentialsFile);
    }

    [Fact]
    public void Read_CredentialsInTheUrl_KeepTheVariablesOut() =>
        Assert.Null(Read(("ConnectionStrings:nats", "nats://me:pa%2Fss@h:1"), ("NATS_AUTH_USERNAME", "u"), ("NATS_AUTH_PASSWORD", "p")).Username);

    [Fact]
    public void Read_OtherSettings_ComeFromTheSection()
    {
        var options = Read(("Nats:ConnectTimeout", "7s"), ("Nats:Name", "x"), ("Nats:Password", "hunter2"));

        Assert.Equal(TimeSpan.FromSeconds(7), options.ConnectTimeout);
        Assert.Equal("x", options.Name);
        Assert.DoesNotContain("hunter2", options.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_Mistakes_AreAllReportedWithoutSecrets()
    {
        var problems = new ConfigurationProblems();
        NatsOptionsFromConfiguration.Read(
            Configuration(("ConnectionStrings:nats", "nats://h:1, http://me:hunter2@h:2"), ("Nats:Pasword", "x"), ("Nats:PingInterval", "10"), ("NATS_AUTH_PASSWORD", "p")), "me", problems);

        Assert.Equal(["ConnectionStrings:nats", "Nats:Pasword", "Nats:PingInterval"], problems.All.Select(p => p.Key).Order(StringComparer.Ordinal));
        Assert.DoesNotContain(problems.All, p => p.Message.Contains("hunter2", StringComparison.Ordinal));
    }

    [Fact]
    public void Read_HalfACredential_IsReported()
    {
        var problems = new ConfigurationProblems();
        NatsOptionsFromConfiguration.Read(Configuration(("NATS_AUTH_PASSWORD", "p")), "me", problems);

        Assert.Equal("NATS_AUTH_USERNAME", Assert.Single(problems.All).Key);
    }

    private static NatsOptions Read(params (string, string)[] values)
    {
        var problems = new ConfigurationProblems();
        var options = NatsOptionsFromConfiguration.Read(Configuration(values), "me", problems);
        Assert.Empty(problems.All);
        return options;
    }

    private static IConfiguration Configuration(params (string Key, string Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.Select(v => KeyValuePair.Create(v.Key, (string?)v.Value))).Build();
}
