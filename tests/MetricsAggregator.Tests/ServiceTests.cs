using DynamoAspire.Engines.Configuration;
using DynamoAspire.ServiceDefaults.Hosting;

namespace DynamoAspire.MetricsAggregator.Tests;

public sealed class ServiceTests
{
    [Fact]
    public async Task Page_Served_NamesSourcesUnderAStrictPolicy()
    {
        await using var engine = await EngineStandIn.StartAsync("x 1\n");
        await using var host = await AggregatorHost.StartAsync([.. AggregatorHost.Engine(0, "a", engine.Url, "/nowhere/<b>&"), .. AggregatorHost.Engine(1, "dead", "http://127.0.0.1:1/metrics")]);

        using var response = await host.Client.GetAsync(new Uri("/", UriKind.Relative));
        var html = await response.Content.ReadAsStringAsync();

        Assert.Contains("/nowhere/&lt;b&gt;&amp;", html, StringComparison.Ordinal);
        Assert.Contains("class=\"up\">up", html, StringComparison.Ordinal);
        Assert.Contains("class=\"down\">down: nobody listens there", html, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", html, StringComparison.Ordinal);
        var policy = Assert.Single(response.Headers.GetValues("Content-Security-Policy"));
        Assert.StartsWith("default-src 'none'; style-src 'sha256-", policy, StringComparison.Ordinal);
        var style = html[(html.IndexOf("<style>", StringComparison.Ordinal) + 7)..html.IndexOf("</style>", StringComparison.Ordinal)];
        Assert.Contains(Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(style))), policy, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Page_DirectoryThatStaysEmpty_DoesNotLookAsIfAllWereWell()
    {
        using var folder = new Testing.TemporaryDirectory();
        await using var host = await AggregatorHost.StartAsync([.. AggregatorHost.Engine(0, "a", directory: folder.Path), ("Aggregator:EmptyDirectoryAfter", "0s")]);

        var (_, html) = await host.GetAsync("/");

        Assert.Contains("class=\"odd\">up: the directory is there but has held no metrics", html, StringComparison.Ordinal);
        Assert.Contains("<code>directory_empty</code>", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Options_WithProblems_AreRefusedAllAtOnce()
    {
        var refused = Assert.Throws<ConfigurationInvalidException>(() => ServiceHost.Build(
            ["--urls=http://127.0.0.1:0", "--Aggregator:TargetTimeout=5", "--Aggregator:SampleLimit=0", "--Aggregator:LoadNamespaces:0=a b", "--Aggregator:SampelLimit=1", "--Aggregator:Scrapes:0:Name=load", "--Aggregator:Directories:0:Name=self", "--Engines:0:MetricsUrl=nonsense"],
            AggregatorService.Description,
            AggregatorService.Add,
            AggregatorService.Map));

        Assert.Superset(
            new HashSet<string> { "Aggregator:TargetTimeout", "Aggregator:SampleLimit", "Aggregator:LoadNamespaces:0", "Aggregator:SampelLimit", "Aggregator:Scrapes:0:Name", "Aggregator:Directories:0:Name", "Engines:0:MetricsUrl" },
            refused.Problems.Select(p => p.Key).ToHashSet());
    }
}
