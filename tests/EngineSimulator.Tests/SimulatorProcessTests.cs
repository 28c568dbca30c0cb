using System.Globalization;
using DynamoAspire.Messaging.Zmq;
using DynamoAspire.Testing;

namespace DynamoAspire.EngineSimulator.Tests;

/// <summary>As a program: what it says and how it ends.</summary>
[Trait("Category", "Integration")]
public sealed class SimulatorProcessTests
{
    [Fact]
    public async Task MissingLibrary_EndsItWithTheWayOut()
    {
        await using var process = Start(new Dictionary<string, string?> { ["DYNAMO_ASPIRE_LIBZMQ"] = "/nowhere/libzmq.so", [ZmqContexts.AdapterVariable] = ZmqContexts.Libzmq });
        Assert.Equal(69, await process.WaitForExitAsync());
        Assert.Contains("apt-get install libzmq5", process.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TakenEventPort_EndsItWithTheAddress()
    {
        await using var context = ZmqContexts.Create();
        var endpoint = await context.CreateSocket(ZmqSocketType.Pub).BindAsync("tcp://127.0.0.1:0");
        await using var process = Start(new Dictionary<string, string?> { ["Engines__0__Name"] = "e", ["Engines__0__KvEvents"] = endpoint });
        Assert.Equal(69, await process.WaitForExitAsync());
        Assert.Contains(endpoint + ": the address is in use", process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sigterm_EndsItCleanly()
    {
        var port = FreePort.NextRange(2);
        await using var process = Start(new Dictionary<string, string?>
        {
            ["Engines__0__Name"] = "e",
            ["Engines__0__KvEvents"] = string.Create(CultureInfo.InvariantCulture, $"tcp://127.0.0.1:{port}"),
            ["Engines__0__KvReplay"] = string.Create(CultureInfo.InvariantCulture, $"tcp://127.0.0.1:{port + 1}"),
        });
        await process.WaitForOutputAsync("listens on", TimeSpan.FromSeconds(60));
        process.Signal("TERM");
        Assert.Equal(0, await process.WaitForExitAsync());
    }

    private static ChildProcess Start(Dictionary<string, string?> environment) =>
        ChildProcess.StartProject("EngineSimulator", ["--urls", "http://127.0.0.1:0"], environment);
}
