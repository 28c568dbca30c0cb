using System.Net;
using System.Text;
using DynamoAspire.Testing;

namespace DynamoAspire.MetricsAggregator.Tests.Push;

public sealed class PushTests
{
    [Fact]
    public async Task Push_Replaced_IsServedWholeAndOnlyTheLast()
    {
        await using var host = await AggregatorHost.StartAsync();
        Assert.Equal(HttpStatusCode.NoContent, await PushAsync(host, "a", "# TYPE x gauge\nx 1\nx{l=\"2\"} 2\n"));
        Assert.Equal(["x{job=\"a\"} 1.0", "x{job=\"a\",l=\"2\"} 2.0"], await host.LinesAsync("x{"));
        Assert.Equal(HttpStatusCode.NoContent, await PushAsync(host, "a", "x 3\n", HttpMethod.Post));
        Assert.Equal(["x{job=\"a\"} 3.0"], await host.LinesAsync("x{"));
        Assert.Single(await host.LinesAsync("dynamo_aspire_target_up{source=\"push\",target=\"a\"} 1.0"));

        Assert.Equal(HttpStatusCode.NoContent, (await host.Client.DeleteAsync(new Uri("/push/a", UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await host.Client.DeleteAsync(new Uri("/push/a", UriKind.Relative))).StatusCode);
        Assert.Empty(await host.LinesAsync("x{"));
        Assert.Empty(await host.LinesAsync("dynamo_aspire_target_up{"));
    }

    [Theory]
    [InlineData("self")]
    [InlineData("load")]
    [InlineData("a%2Fb")]
    [InlineData("50%25")]
    public async Task Push_UnderANameThatCannotBeAskedFor_IsRefused(string job)
    {
        await using var host = await AggregatorHost.StartAsync();

        Assert.Equal(HttpStatusCode.BadRequest, await PushAsync(host, job, "x 1\n"));
        Assert.Empty(await host.LinesAsync("x{"));
    }

    [Fact]
    public async Task Push_Malformed_ChangesNothing()
    {
        await using var host = await AggregatorHost.StartAsync();
        await PushAsync(host, "a", "x 1\n");
        Assert.Equal(HttpStatusCode.BadRequest, await PushAsync(host, "a", "x 2\nnonsense here now\n"));
        Assert.Equal(HttpStatusCode.BadRequest, await PushAsync(host, "a", "x 2\n", type: "application/openmetrics-text"));
        Assert.Equal(["x{job=\"a\"} 1.0"], await host.LinesAsync("x{"));
        Assert.Equal(HttpStatusCode.NoContent, await PushAsync(host, "a", "x 2\n# EOF\n", type: "application/openmetrics-text; version=1.0.0"));
        Assert.Equal(["x{job=\"a\"} 2.0"], await host.LinesAsync("x{"));
    }

    [Fact]
    public async Task Push_NotRepeated_Lapses()
    {
        var clock = new FakeClock();
        await using var host = await AggregatorHost.StartAsync(clock, ("Aggregator:PushExpiry", "60s"));
        await PushAsync(host, "a", "x 1\n");
        clock.Advance(TimeSpan.FromSeconds(59));
        Assert.Single(await host.LinesAsync("x{"));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(await host.LinesAsync("x{"));
        Assert.Empty(await host.LinesAsync("dynamo_aspire_target_up{"));
    }

    [Fact]
    public async Task Push_BeyondItsBounds_IsRefused()
    {
        await using var host = await AggregatorHost.StartAsync(("Aggregator:PushBodyLimit", "1024"), ("Aggregator:MaxPushedJobs", "1"));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await PushAsync(host, "a", new string('#', 2000) + "\n"));
        Assert.Equal(HttpStatusCode.NoContent, await PushAsync(host, "a", "x 1\n"));
        Assert.Equal(HttpStatusCode.TooManyRequests, await PushAsync(host, "b", "x 1\n"));
        Assert.Single(await host.LinesAsync("dynamo_aspire_pushes_total{result=\"too_large\"} 1.0"));
        Assert.Single(await host.LinesAsync("dynamo_aspire_pushes_total{result=\"too_many_jobs\"} 1.0"));
    }

    [Theory]
    [InlineData("Origin", "http://evil.example")]
    [InlineData("X-Forwarded-For", "10.0.0.1")]
    public async Task Push_FromAPageOrThroughAProxy_IsRefused(string header, string value)
    {
        await using var host = await AggregatorHost.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Put, "/push/a") { Content = new StringContent("x 1\n") };
        request.Headers.Add(header, value);
        using var response = await host.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Empty(await host.LinesAsync("x{"));
    }

    [Fact]
    public async Task Push_SwitchedOff_IsNotThere()
    {
        await using var host = await AggregatorHost.StartAsync(("Aggregator:Push", "false"));
        Assert.Equal(HttpStatusCode.NotFound, await PushAsync(host, "a", "x 1\n"));
    }

    private static async Task<HttpStatusCode> PushAsync(AggregatorHost host, string job, string body, HttpMethod? method = null, string type = "text/plain")
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        using var request = new HttpRequestMessage(method ?? HttpMethod.Put, "/push/" + job) { Content = content };
        using var response = await host.Client.SendAsync(request);
        return response.StatusCode;
    }
}
