using System.Diagnostics;
using DynamoAspire.Testing;

namespace DynamoAspire.Hosting.Tests.Running;

/// <summary>However <c>dotnet run --project src/AppHost</c> ends, nothing that it started is left.</summary>
[Trait("Category", "EndToEnd")]
public sealed class OrphanTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryDirectory _folder = new();
    private readonly MarkedProcesses _marked = new();
    private ChildProcess _run = null!;

    public async Task InitializeAsync()
    {
        string[] ports = ["Prometheus", "Nats", "NatsMonitor", "Grafana", "Aggregator", "Relay", "StatPublisher", "StatRecords", "Simulator", "Resources", "KvEvents", "KvReplay"];
        _run = ChildProcess.StartInForeground(
            ChildProcess.DotnetPath,
            [
                "run", "--no-build", "-c", RepositoryPaths.Configuration, "--project", Path.Combine(RepositoryPaths.Root, "src", "AppHost"), "--",
                $"--DataDirectory={_folder.Path}", .. ports.Select(p => $"--Ports:{p}=0"),
            ],
            _marked.Environment);
        // dotnet run, the AppHost, nats-server, Prometheus and at least one service.
        await Eventually.TrueAsync("the system runs", () => _marked.Living().Count >= 5 && Find("nats-server") is not null && Find("exec") is not null, TimeSpan.FromSeconds(60), () => _run.Output);
    }

    public async Task DisposeAsync()
    {
        // First, because what is left holds the output open, whose end the other waits for.
        _marked.KillLeftovers();
        await _run.DisposeAsync();
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task SigKill_OfDotnetRun_LeavesNothing()
    {
        Kill(_run.Id);

        await NothingIsLeftAsync(TimeSpan.FromSeconds(12));
    }

    [Fact]
    public async Task SigKill_OfTheAppHost_LeavesNothing()
    {
        Kill(Find("DynamoAspire.AppHost")!.Value);

        await NothingIsLeftAsync(TimeSpan.FromSeconds(12));
    }

    [Fact]
    public async Task SigTerm_OfDotnetRun_StopsEverythingWithinTenSeconds()
    {
        var clock = Stopwatch.StartNew();
        _run.Signal("TERM");

        await NothingIsLeftAsync(TimeSpan.FromSeconds(12));
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(11));
    }

    [Fact]
    public async Task CtrlC_StopsEverythingWithinTenSeconds()
    {
        // The terminal sends it to all processes in the foreground: to dotnet run, which ignores it, and to the AppHost.
        var clock = Stopwatch.StartNew();
        _run.Signal("INT");
        using (var kill = Process.Start("kill", ["-INT", Find("DynamoAspire.AppHost")!.Value.ToString()]))
        {
            await kill.WaitForExitAsync();
        }

        await NothingIsLeftAsync(TimeSpan.FromSeconds(12));
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(11));
        // The last line may still be on its way through the pipe when the last process has gone.
        await _run.WaitForOutputAsync("Stopped in", TimeSpan.FromSeconds(5));
    }

    private static void Kill(int id)
    {
        using var process = Process.GetProcessById(id);
        process.Kill();
    }

    private int? Find(string text)
    {
        foreach (var (id, commandLine) in _marked.Living())
        {
            if (commandLine.Contains(text, StringComparison.Ordinal) && !commandLine.Contains(" run ", StringComparison.Ordinal))
            {
                return id;
            }
        }

        return null;
    }

    private Task NothingIsLeftAsync(TimeSpan limit) => Eventually.TrueAsync(
        "nothing is left", () => _marked.Living().Count == 0, limit, () => string.Join('\n', _marked.Living()) + "\n" + _run.Output);
}
