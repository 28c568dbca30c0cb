using System.Net;
using System.Net.Sockets;
using DynamoAspire.Testing;

namespace DynamoAspire.StatPublisher.Tests;

/// <summary>The service as a process: what an operator sees.</summary>
[Trait("Category", "Integration")]
public class StatPublisherProcessTests
{
    [Fact]
    public async Task Sigterm_EndsWithin5SecondsWithCode0()
    {
        var port = FreePort.Next();
        await using var process = ChildProcess.StartProject("StatPublisher",
            ["--urls", $"http://127.0.0.1:{port}", $"--StatPublisher:Listen=tcp://127.0.0.1:{FreePort.Next()}", $"--ConnectionStrings:nats=nats://127.0.0.1:{FreePort.Next()}", "--Engines:0:Name=a"]);
        await process.WaitForOutputAsync("listens on");
        using var client = new HttpClient();
        Assert.Contains("\"nats\":\"degraded\"", await client.GetStringAsync(new Uri($"http://127.0.0.1:{port}/health")), StringComparison.Ordinal);

        process.Signal("TERM");

        Assert.Equal(0, await process.WaitForExitAsync(TimeSpan.FromSeconds(8)));
        Assert.DoesNotContain("   at ", process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task PullAddressTaken_TellsOwnerAndRemedyAndExits69()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var taken = ((IPEndPoint)listener.LocalEndpoint).Port;
        await using var process = ChildProcess.StartProject("StatPublisher", ["--urls", "http://127.0.0.1:0", $"--StatPublisher:Listen=tcp://127.0.0.1:{taken}"]);

        Assert.Equal(69, await process.WaitForExitAsync());
        Assert.Contains($"tcp://127.0.0.1:{taken}, where engines push their stat records, is taken", process.Output, StringComparison.Ordinal);
        Assert.Contains("--StatPublisher:Listen=tcp://127.0.0.1:PORT", process.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HttpPortTaken_TellsOwnerAndRemedyAndExits69()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var taken = ((IPEndPoint)listener.LocalEndpoint).Port;
        await using var process = ChildProcess.StartProject("StatPublisher", ["--urls", $"http://127.0.0.1:{taken}", $"--StatPublisher:Listen=tcp://127.0.0.1:{FreePort.Next()}"]);

        Assert.Equal(69, await process.WaitForExitAsync());
        Assert.Contains($"stat-publisher cannot start. Port {taken} is taken", process.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", process.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NativeLibraryMissing_NamesThePackageAndExits69()
    {
        await using var process = ChildProcess.StartProject("StatPublisher",
            ["--urls", "http://127.0.0.1:0", $"--StatPublisher:Listen=tcp://127.0.0.1:{FreePort.Next()}"],
            new Dictionary<string, string?> { ["DYNAMO_ASPIRE_LIBZMQ"] = "/nowhere/libzmq.so", ["DYNAMO_ASPIRE_ZMQ_ADAPTER"] = "libzmq" });

        Assert.Equal(69, await process.WaitForExitAsync());
        Assert.Contains("libzmq5", process.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", process.Output, StringComparison.Ordinal);
    }
}
