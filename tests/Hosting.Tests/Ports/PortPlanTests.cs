using System.Net;
using System.Net.Sockets;
using Aspire.Hosting;
using DynamoAspire.Hosting.Ports;
using DynamoAspire.Testing;

namespace DynamoAspire.Hosting.Tests.Ports;

public sealed partial class PortPlanTests
{
    [Fact]
    public void Default_ThatIsFree_IsTaken()
    {
        var port = FreePort.Next();

        Assert.Equal(port, PortPlan.Choose(ApplicationBuilders.Run(), "Prometheus", port));
    }

    [Fact]
    public void Default_ThatIsTaken_IsReplaced()
    {
        using var holder = Hold(out var port);

        var chosen = PortPlan.Choose(ApplicationBuilders.Run(), "Prometheus", port);

        Assert.NotEqual(port, chosen);
        Assert.True(PortOwner.IsFree(chosen!.Value));
    }

    [Fact]
    public void Configured_ThatIsTaken_IsAnErrorThatNamesTheOwnerAndTheFix()
    {
        using var holder = Hold(out var port);

        var refused = Assert.Throws<DistributedApplicationException>(() => PortPlan.Choose(ApplicationBuilders.Run($"--Ports:Prometheus={port}"), "Prometheus", 9090));

        Assert.Contains($"Ports:Prometheus is {port}, but port {port} is used by ", refused.Message, StringComparison.Ordinal);
        if (OperatingSystem.IsLinux())
        {
            // A test run by a service manager is part of its unit; by hand it is a process of its own.
            Assert.Matches($"or stop the other: (kill {Environment.ProcessId}|sudo systemctl stop .+)\\.$", refused.Message);
        }

        Assert.Contains($"(process {Environment.ProcessId})", refused.Message, StringComparison.Ordinal);
        Assert.Contains("--Ports:Prometheus=", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Configured_Zero_TakesAFreeRow()
    {
        var first = PortPlan.Choose(ApplicationBuilders.Run("--Ports:KvEvents=0"), "KvEvents", 5557, count: 4)!.Value;

        Assert.All(Enumerable.Range(first, 4), p => Assert.True(PortOwner.IsFree(p)));
    }

    [Fact]
    public void Row_WithOneTaken_IsReplacedAsAWhole()
    {
        var first = FreePort.NextRange(4);
        using var holder = new TcpListener(IPAddress.Loopback, first + 2);
        holder.Start();

        var chosen = PortPlan.Choose(ApplicationBuilders.Run(), "KvEvents", first, count: 4)!.Value;

        Assert.DoesNotContain(first + 2, Enumerable.Range(chosen, 4));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("-1")]
    [InlineData("65536")]
    [InlineData("65535")]
    public void Configured_ThatIsNoPort_IsAnError(string value)
    {
        var refused = Assert.Throws<DistributedApplicationException>(() => PortPlan.Choose(ApplicationBuilders.Run($"--Ports:KvEvents={value}"), "KvEvents", 5557, count: 4));

        Assert.Contains("is not a port", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Configured_TwiceTheSame_IsAnErrorOfTheSecond()
    {
        var port = FreePort.Next();
        var builder = ApplicationBuilders.Run($"--Ports:Nats={port}", $"--Ports:Relay={port}");
        PortPlan.Choose(builder, "Nats", 1);

        var refused = Assert.Throws<DistributedApplicationException>(() => PortPlan.Choose(builder, "Relay", 1));
        Assert.Contains("another part of this application", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Configured_UnderNamesThatNothingAsksFor_IsAnErrorThatNamesThemAll()
    {
        var builder = ApplicationBuilders.Run("--Ports:Prometeus=9095", "--Ports:Relai=9", "--ports:grafana=0");

        var refused = Assert.Throws<DistributedApplicationException>(() => PortPlan.Choose(builder, "Nats", 4222));

        Assert.StartsWith("Ports:Prometeus and Ports:Relai are not known; there are Ports:Prometheus, Ports:Nats, ", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>Every name that a source file asks for is one that a user may give, and the other way round.</summary>
    [Fact]
    public void Names_AreThoseOfTheSources()
    {
        var asked = new[] { "AppHost", "Hosting", "LocalRuntime" }
            .SelectMany(p => Directory.EnumerateFiles(Path.Combine(RepositoryPaths.Root, "src", p), "*.cs", SearchOption.AllDirectories))
            .Where(f => !f.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .SelectMany(f => PortName().Matches(File.ReadAllText(f)))
            .Select(m => m.Groups[1].Value)
            .Distinct();

        Assert.Equal(PortPlan.Names.Order(), asked.Order());
    }

    [Fact]
    public void Publish_ChoosesNone() =>
        Assert.Null(PortPlan.Choose(ApplicationBuilders.Run("--publisher", "manifest", "--output-path", "x.json"), "Prometheus", 9090));

    [System.Text.RegularExpressions.GeneratedRegex("""(?:PortPlan\.Choose\(\w+, |WithServicePort\(|WithStatRecords\(engines, |configuration\[)"(?:Ports:)?(\w+)["]""")]
    private static partial System.Text.RegularExpressions.Regex PortName();

    private static TcpListener Hold(out int port)
    {
        var holder = new TcpListener(IPAddress.Loopback, 0);
        holder.Start();
        port = ((IPEndPoint)holder.LocalEndpoint).Port;
        return holder;
    }
}
