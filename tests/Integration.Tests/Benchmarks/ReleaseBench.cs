using DynamoAspire.Testing;

namespace DynamoAspire.Integration.Tests.Benchmarks;

/// <summary><c>bench/MetricsBench</c>, built once in Release for the tests of a class: the figures of a Debug build would mean nothing.</summary>
public sealed class ReleaseBench : IAsyncLifetime
{
    private static readonly string s_output = Path.Combine(RepositoryPaths.Root, "artifacts", "bench", "MetricsBench");

    public async Task InitializeAsync()
    {
        // What the test run's own MSBuild has set is not for this one.
        var environment = Environment.GetEnvironmentVariables().Keys.Cast<string>()
            .Where(n => n.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase))
            .ToDictionary(n => n, _ => (string?)null);
        environment["MSBUILDDISABLENODEREUSE"] = "1";
        await using var build = ChildProcess.Start(
            ChildProcess.DotnetPath, ["build", "bench/MetricsBench", "-c", "Release", "-o", s_output, "-v", "q", "-nologo", "-tl:off"], environment, RepositoryPaths.Root);
        Assert.True(await build.WaitForExitAsync(TimeSpan.FromMinutes(5)) == 0, build.Output);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    internal static async Task<(int Exit, string Output)> RunAsync(IEnumerable<string> arguments)
    {
        await using var bench = ChildProcess.Start(
            ChildProcess.DotnetPath, [Path.Combine(s_output, "DynamoAspire.MetricsBench.dll"), .. arguments], new Dictionary<string, string?> { ["PYTHON"] = Python.Path });
        var exit = await bench.WaitForExitAsync(TimeSpan.FromMinutes(2));
        return (exit, bench.Output);
    }
}

/// <summary>Nothing else runs while something is measured.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MeasuredAlone
{
    public const string Name = "measured alone";
}
