using System.Diagnostics;
using DynamoAspire.Testing;

namespace DynamoAspire.EndToEnd.Tests.Running;

/// <summary>How the system ends.</summary>
[Trait("Category", "EndToEnd")]
public sealed class StopTests
{
    [Theory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task AppHost_OnSignal_StopsWithinTenSecondsAndLeavesNoProcess(string signal)
    {
        await using var system = new RunningSystem();
        await system.WaitForHealthAsync(TimeSpan.FromSeconds(60));
        var living = system.LivingProcesses();

        system.Process.Signal(signal);
        var watch = Stopwatch.StartNew();
        var exit = await system.Process.WaitForExitAsync(TimeSpan.FromSeconds(20));

        // AppHost, nats-server, prometheus, four .NET services: finding none at the end means something only if they were found before.
        Assert.True(living.Count >= 7, $"{living.Count} processes were found while the system ran");
        Assert.Equal(0, exit);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        Assert.Empty(system.LivingProcesses());
    }

    [Fact]
    public async Task AppHost_OnSigkill_LeavesNoProcess()
    {
        await using var system = new RunningSystem();
        await system.WaitForHealthAsync(TimeSpan.FromSeconds(60));
        Assert.True(system.LivingProcesses().Count >= 7);

        await system.Process.KillAsync();

        await Eventually.TrueAsync("no process of the system is left", () => system.LivingProcesses().Count == 0, TimeSpan.FromSeconds(10));
    }
}
