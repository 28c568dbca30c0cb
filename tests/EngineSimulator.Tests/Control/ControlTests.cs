using System.Net;
using DynamoAspire.EngineSimulator.Tests.Events;
using DynamoAspire.Messaging.Zmq;
using DynamoAspire.Testing;

namespace DynamoAspire.EngineSimulator.Tests.Control;

public sealed class ControlTests
{
    [Fact]
    public async Task Restart_BeginsAnew()
    {
        await using var context = ZmqContexts.Create();
        await using var host = await SimulatorHost.StartAsync();
        await host.PublishedAsync(10);
        var old = await EventStream.ReplayAsync(context, host.ReplayPort, 0);
        await host.CalmAsync();
        var state = (await host.PostAsync("/control/restart?engine=e0"))["engines"]![0]!;
        Assert.Equal((1, "up"), ((int)state["life"]!, (string)state["state"]!));
        Assert.Equal(0, (int)state["ranks"]![0]!["next_sequence"]!);
        Assert.Equal(0, (int)state["ranks"]![0]!["cached_blocks"]!);
        Assert.Empty(await EventStream.ReplayAsync(context, host.ReplayPort, 0));
        Assert.Contains("vllm:generation_tokens_total{engine=\"0\",model_name=\"test/model\"} 0.0", await host.Http.GetStringAsync("/metrics"), StringComparison.Ordinal);

        await host.PostAsync("/control/rate", """{"requests_per_second": 100}""");
        await host.PublishedAsync(1);
        var renewed = await EventStream.ReplayAsync(context, host.ReplayPort, 0);
        Assert.Equal(0UL, renewed[0].Sequence);
        Assert.NotEqual(old[0].Payload, renewed[0].Payload);
    }

    [Fact]
    public async Task Kill_LooksLikeADeadEngineUntilItIsRevived()
    {
        await using var host = await SimulatorHost.StartAsync();
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("/health"));
        await host.PostAsync("/control/kill?engine=e0");
        foreach (var path in new[] { "/health", "/metrics", "/engines/e0/health", "/engines/e0/metrics" })
        {
            await Assert.ThrowsAsync<HttpRequestException>(() => StatusAsync(path));
        }

        Assert.Equal("down", (string)(await host.StateAsync())["state"]!);

        // The process itself is well, and the engine's ports are free.
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("/alive"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("/-/metrics"));
        await using (var context = ZmqContexts.Create())
        {
            await context.CreateSocket(ZmqSocketType.Pub).BindAsync($"tcp://127.0.0.1:{host.EventsPort}");
        }

        await host.PostAsync("/control/kill?mode=error");
        Assert.Equal(HttpStatusCode.InternalServerError, await StatusAsync("/health"));
        Assert.Equal(HttpStatusCode.InternalServerError, await StatusAsync("/metrics"));
        await host.PostAsync("/control/revive");
        Assert.Equal(HttpStatusCode.OK, await StatusAsync("/engines/e0/health"));
        await host.PublishedAsync(1);

        async Task<HttpStatusCode> StatusAsync(string path)
        {
            using var response = await host.Http.GetAsync(path);
            return response.StatusCode;
        }
    }

    [Theory]
    [InlineData("Origin", "https://evil.example", "another origin")]
    [InlineData("Host", "evil.example:9430", "not to 'evil.example'")]
    public async Task Request_OfAForeignPage_IsRefusedAndHasNoEffect(string header, string value, string reason)
    {
        await using var host = await SimulatorHost.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/control/kill");
        request.Headers.TryAddWithoutValidation(header, value);

        using var response = await host.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains(reason, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("up", (string)(await host.StateAsync())["state"]!);
    }

    [Theory]
    [InlineData("restart")]
    [InlineData("kill")]
    [InlineData("revive")]
    [InlineData("clear")]
    public async Task Command_WithABodyThatItDoesNotTake_IsRefused(string command)
    {
        await using var host = await SimulatorHost.StartAsync();
        using var body = new StringContent("""{"engine": "e0"}""");

        using var response = await host.Http.PostAsync("/control/" + command, body);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("?engine=name", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(0, (int)(await host.StateAsync())["life"]!);
    }

    [Fact]
    public async Task Revive_WithATakenPort_SaysSo()
    {
        await using var host = await SimulatorHost.StartAsync();
        await host.PostAsync("/control/kill");
        await using var context = ZmqContexts.Create();
        await context.CreateSocket(ZmqSocketType.Pub).BindAsync($"tcp://127.0.0.1:{host.EventsPort + 1}");
        using var response = await host.Http.PostAsync("/control/revive", null);
        Assert.Equal(HttpStatusCode.Conflict, response.StatusCode);
        Assert.Contains("in use", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("down", (string)(await host.StateAsync())["state"]!);
    }

    [Fact]
    public async Task Clear_EmptiesTheCacheAndTellsSo()
    {
        await using var context = ZmqContexts.Create();
        await using var host = await SimulatorHost.StartAsync();
        await host.PublishedAsync(10);
        await host.CalmAsync();
        var state = (await host.PostAsync("/control/clear"))["engines"]![0]!["ranks"]![0]!;
        Assert.Equal((0, 1), ((int)state["cached_blocks"]!, (int)state["cleared"]!));
        var replayed = await EventStream.ReplayAsync(context, host.ReplayPort, 0);
        Assert.NotEmpty(EventStream.Apply(replayed.SkipLast(1).Select(r => r.Payload)));
        Assert.Empty(EventStream.Apply(replayed.Select(r => r.Payload)));
    }

    [Fact]
    public async Task Served_NamesPromptsThatTheRankReallyHolds()
    {
        await using var host = await SimulatorHost.StartAsync();
        await Eventually.TrueAsync("a prompt is served", async () => (await ServedAsync()).Length > 0);
        await host.CalmAsync();
        var served = await ServedAsync();
        Assert.InRange(served.Length, 1, 5);
        var newest = served[0]!;
        Assert.Equal("e0", (string)newest["engine"]!);
        Assert.Equal(host.Fleet.First.Engine.WorkerId, (ulong)newest["worker_id"]!);
        Assert.Equal(newest["token_ids"]!.AsArray().Count / 16, (int)newest["cached_blocks"]!);

        async Task<System.Text.Json.Nodes.JsonNode?[]> ServedAsync() =>
            [.. System.Text.Json.Nodes.JsonNode.Parse(await host.Http.GetStringAsync("/control/served?limit=5"))!["served"]!.AsArray()];
    }

    [Theory]
    [InlineData("/control/rate", "", "empty")]
    [InlineData("/control/rate", "{}", "empty")]
    [InlineData("/control/rate", "[1]", "object")]
    [InlineData("/control/rate", "{\"requests_per_second\":\"4\"}", "must be a number")]
    [InlineData("/control/rate", "{\"requests_per_second\":-1}", "from 0")]
    [InlineData("/control/rate", "{\"rate\":1}", "requests_per_second")]
    [InlineData("/control/rate", "{\"requests_per_second\":", "not JSON")]
    [InlineData("/control/rate?engine=x", "{\"requests_per_second\":1}", "there are e0")]
    [InlineData("/control/loss", "{\"drop_probability\":1.5}", "from 0 to 1")]
    [InlineData("/control/loss", "{\"drop_next\":1.5}", "whole number")]
    [InlineData("/control/restart?engine=nobody", "", "there are e0")]
    [InlineData("/control/kill?mode=gently", "", "drop")]
    public async Task Command_ThatIsWrong_IsRefusedWithTheReason(string path, string body, string reason)
    {
        await using var host = await SimulatorHost.StartAsync();
        using var content = new StringContent(body);
        using var response = await host.Http.PostAsync(path, content);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(body.Length == 0 && path == "/control/rate" ? "JSON" : reason, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }
}
