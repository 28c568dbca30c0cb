using System.Net;
using System.Text;
using System.Text.Json;
using DynamoAspire.Testing;

namespace DynamoAspire.KvEventRelay.Tests;

/// <summary>What an operator reads when something is configured wrongly: the relay as a process, its output and its answers.</summary>
[Trait("Category", "Integration")]
public sealed class RelayDiagnosticsTests
{
    [Fact]
    public async Task Engine_AtAnAddressThatDoesNotResolve_IsNamedWithTheOption_AndNoAnswerIsCalledComplete()
    {
        var port = FreePort.Next();
        await using var relay = Start(port, "--Engines:0:Name=lost", "--Engines:0:KvEvents=tcp://no-such-host.invalid:5557");

        await relay.WaitForOutputAsync("Lane lost/0: no connection to tcp://no-such-host.invalid:5557", TimeSpan.FromSeconds(40));

        Assert.Contains("The name no-such-host.invalid does not resolve", relay.Output, StringComparison.Ordinal);
        Assert.Contains("Engines:0:KvEvents", relay.Output, StringComparison.Ordinal);
        using var answer = await MatchAsync(port, """{"hashes":[1,2]}""", HttpStatusCode.OK);
        Assert.False(answer.RootElement.GetProperty("complete").GetBoolean());
        Assert.Equal(["lost/0"], answer.RootElement.GetProperty("lanes_missing").EnumerateArray().Select(l => l.GetString()));
    }

    [Fact]
    public async Task Engine_WithAnotherBlockSizeThanConfigured_IsWarnedOfOnce()
    {
        var events = FreePort.Next();
        await using var relay = Start(FreePort.Next(), "--Engines:0:Name=odd", "--Engines:0:BlockSize=16", $"--Engines:0:KvEvents=tcp://127.0.0.1:{events}");
        await using var engine = Python.Start(
            Path.Combine(RepositoryPaths.Fixtures, "tools", "fake_vllm_zmq.py"),
            ["--endpoint", $"tcp://127.0.0.1:{events}", "--count", "200", "--rate", "50", "--block-size", "8", "--wait", "2", "--linger", "1"]);

        await relay.WaitForOutputAsync("the engine's block size is 8, Engines:…:BlockSize says 16", TimeSpan.FromSeconds(40));
        await engine.WaitForOutputAsync("DONE", TimeSpan.FromSeconds(30));

        Assert.Single(relay.Output.Split('\n'), l => l.Contains("the engine's block size is 8", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Match_ForABlockSizeThatNoEngineHas_IsRefusedWithTheSizesThereAre()
    {
        var port = FreePort.Next();
        await using var relay = Start(port, "--Engines:0:Name=a", "--Engines:0:BlockSize=16", $"--Engines:0:KvEvents=tcp://127.0.0.1:{FreePort.Next()}");

        using var answer = await MatchAsync(port, """{"token_ids":[1,2,3,4],"block_size":17}""", HttpStatusCode.BadRequest);

        Assert.Contains("block_size is one of: 16", answer.RootElement.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Urls_ThatAreNone_AreAConfigurationErrorWithTheRemedy()
    {
        await using var relay = ChildProcess.StartProject("KvEventRelay", ["--urls", "nonsense"]);

        Assert.Equal(78, await relay.WaitForExitAsync());
        Assert.Contains("--urls http://127.0.0.1:PORT", relay.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", relay.Output, StringComparison.Ordinal);
    }

    private static ChildProcess Start(int port, params string[] options) => ChildProcess.StartProject(
        "KvEventRelay",
        ["--urls", $"http://127.0.0.1:{port}", $"--ConnectionStrings:nats=nats://127.0.0.1:{FreePort.Next()}", .. options]);

    private static async Task<JsonDocument> MatchAsync(int port, string body, HttpStatusCode expected)
    {
        using var http = new HttpClient();
        return await Eventually.GetAsync(
            "the relay answers",
            async () =>
            {
                using var content = new StringContent(body, Encoding.UTF8, "application/json");
                using var response = await http.PostAsync(new Uri($"http://127.0.0.1:{port}/v1/match"), content);
                var text = await response.Content.ReadAsStringAsync();
                Assert.Equal(expected, response.StatusCode);
                return text.StartsWith('{') ? JsonDocument.Parse(text) : JsonDocument.Parse(JsonSerializer.Serialize(text));
            },
            TimeSpan.FromSeconds(30));
    }
}
