using DynamoAspire.Testing;

namespace DynamoAspire.EndToEnd.Tests.Running;

/// <summary>On a machine that lacks a server, what needs it says so and names the fix; everything else runs.</summary>
[Trait("Category", "EndToEnd")]
public sealed class MissingProgramTests
{
    [HiddenProgramFact]
    public async Task NatsServer_ThatIsMissing_IsNamedWithTheFix_AndTheRestRuns()
    {
        await using var system = new RunningSystem(withoutProgram: "nats-server");

        await WaitForStateAsync(system, "metrics-aggregator", "Running");
        await WaitForStateAsync(system, "engine", "Running");
        await WaitForStateAsync(system, "prometheus", "Running");
        var (state, reason) = await system.ResourceAsync("nats");
        Assert.Equal("NotAvailable", state);
        Assert.Contains("nats-server is not on PATH", reason, StringComparison.Ordinal);
        Assert.Contains("apt-get install nats-server", reason, StringComparison.Ordinal);
        foreach (var needing in new[] { "kv-event-relay", "stat-publisher" })
        {
            (state, reason) = await system.ResourceAsync(needing);
            Assert.Equal("NotAvailable", state);
            Assert.StartsWith("needs nats, which is not available: ", reason, StringComparison.Ordinal);
        }

        await Eventually.TrueAsync(
            "the engines' metrics are served without NATS",
            async () => (await system.Http.GetStringAsync(RunningSystem.Url(system.Aggregator, "/metrics"))).Contains("vllm:num_requests_running{", StringComparison.Ordinal),
            TimeSpan.FromSeconds(30));
        Assert.Contains("nats-server is not on PATH", system.Process.Output, StringComparison.Ordinal);
    }

    [HiddenProgramFact]
    public async Task Prometheus_ThatIsMissing_IsNamedWithTheFix_AndTheRestRuns()
    {
        await using var system = new RunningSystem(withoutProgram: "prometheus");

        foreach (var running in new[] { "nats", "kv-event-relay", "stat-publisher", "metrics-aggregator", "engine" })
        {
            await WaitForStateAsync(system, running, "Running");
        }

        var (state, reason) = await system.ResourceAsync("prometheus");
        Assert.Equal("NotAvailable", state);
        Assert.Contains("apt-get install prometheus", reason, StringComparison.Ordinal);
    }

    private static Task WaitForStateAsync(RunningSystem system, string resource, string state) => Eventually.TrueAsync(
        $"{resource} is {state}",
        async () => (await system.ResourceAsync(resource)).State == state,
        TimeSpan.FromSeconds(60),
        () => "AppHost's output:\n" + system.Process.Output);
}
