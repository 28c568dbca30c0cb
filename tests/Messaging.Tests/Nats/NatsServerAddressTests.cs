using DynamoAspire.Messaging.Nats;

namespace DynamoAspire.Messaging.Tests.Nats;

public sealed class NatsServerAddressTests
{
    [Theory]
    [InlineData("nats://host", "nats://host:4222", null, null, null)]
    [InlineData("host:4333", "nats://host:4333", null, null, null)]
    [InlineData("tls://host", "tls://host:4222", null, null, null)]
    [InlineData("nats://[::1]:4222", "nats://[::1]:4222", null, null, null)]
    [InlineData("nats://u:p@host", "nats://host:4222", "u", "p", null)]
    [InlineData("nats://u%40x:p%2F%3A@host/", "nats://host:4222", "u@x", "p/:", null)]
    [InlineData("nats://tok%21en@host", "nats://host:4222", null, null, "tok!en")]
    public void ParseList_OneUrl_IsTakenApart(string text, string url, string? user, string? password, string? token)
    {
        var address = Assert.Single(NatsServerAddress.ParseList(text));

        Assert.Equal(url, address.Url);
        Assert.Equal(user, address.Username);
        Assert.Equal(password, address.Password.Reveal());
        Assert.Equal(token, address.Token.Reveal());
        Assert.DoesNotContain("tok", address.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void ParseList_Several_KeepsOrder() =>
        Assert.Equal(["a:4222", "b:1", "c:4222"], NatsServerAddress.ParseList("nats://a, b:1 ,tls://c").Select(a => a.HostAndPort));

    [Fact]
    public void Sibling_OfACluster_KeepsCredentialsAndTls()
    {
        var address = NatsServerAddress.ParseList("tls://u:p@a")[0].Sibling("10.0.0.2:4223")!;

        Assert.Equal("tls://10.0.0.2:4223", address.Url);
        Assert.Equal("p", address.Password.Reveal());
    }
}
