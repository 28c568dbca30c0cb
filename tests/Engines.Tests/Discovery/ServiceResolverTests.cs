using DynamoAspire.Engines.Discovery;

namespace DynamoAspire.Engines.Tests.Discovery;

public class ServiceResolverTests
{
    private static readonly ServiceResolver s_resolver = new(Settings.Of(
        ("services:engine:http:0", "http://127.0.0.1:9430"),
        ("services:both:https:0", "https://127.0.0.1:9443"), ("services:both:http:0", "http://127.0.0.1:9480"),
        ("services:admin:http:0", "http://127.0.0.1:1"), ("services:admin:status:0", "http://127.0.0.1:2/base"),
        ("services:bare:http:0", "10.0.0.1:8000"),
        ("services:broken:http:0", "not an address")));

    [Theory]
    [InlineData("http://engine/metrics", "http://127.0.0.1:9430/metrics")]
    [InlineData("http://engine/metrics?x=1", "http://127.0.0.1:9430/metrics?x=1")]
    [InlineData("https+http://engine/m", "http://127.0.0.1:9430/m")]
    [InlineData("https+http://both/m", "https://127.0.0.1:9443/m")]
    [InlineData("http+https://both/m", "http://127.0.0.1:9480/m")]
    [InlineData("http://_status.admin/health", "http://127.0.0.1:2/base/health")]
    [InlineData("http://bare/x", "http://10.0.0.1:8000/x")]
    [InlineData("http://other.example/x", "http://other.example/x")]
    [InlineData("https+http://other.example/x", "https://other.example/x")]
    [InlineData("http://engine:8000/x", "http://engine:8000/x")]
    public void TryResolve_KnownAndUnknownHosts_AreResolvedOrLeft(string url, string expected)
    {
        Assert.True(s_resolver.TryResolve(new Uri(url), out var resolved, out var problem), problem);
        Assert.Equal(expected, resolved.AbsoluteUri);
    }

    [Fact]
    public void TryResolve_SchemeTheServiceLacks_NamesWhatItHas()
    {
        Assert.False(s_resolver.TryResolve(new Uri("https://engine/"), out _, out var problem));
        Assert.Equal("service 'engine' has no endpoint 'https' (it has http); write http://engine or set services__engine__https__0", problem);
    }

    [Fact]
    public void TryResolve_BrokenAddress_NamesTheVariable()
    {
        Assert.False(s_resolver.TryResolve(new Uri("http://broken/"), out _, out var problem));
        Assert.Contains("services__broken__http__0=http://host:port", problem, StringComparison.Ordinal);
    }
}
