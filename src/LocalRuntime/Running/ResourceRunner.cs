using System.Diagnostics;
using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using DynamoAspire.LocalRuntime.Building;
using DynamoAspire.LocalRuntime.Model;

namespace DynamoAspire.LocalRuntime.Running;

/// <summary>Keeps one resource running: waits for what it needs, starts it, watches its health, starts it again after a failure, stops it.</summary>
internal sealed class ResourceRunner(IResource resource, ApplicationBuilder builder, ChangeSignal changes, HealthProbe probe, Terminal terminal, TimeProvider time, string? portProblem)
{
    /// <summary>Exit code by which a service says that its configuration is wrong (sysexits.h EX_CONFIG): another start would end the same way.</summary>
    public const int ConfigurationExitCode = 78;

    private static readonly TimeSpan s_startingInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_runningInterval = TimeSpan.FromSeconds(2);

    /// <summary>Failed checks in a row before a running resource counts as unhealthy: one late answer on a busy machine is not news.</summary>
    private const int FailuresBeforeUnhealthy = 3;

    private readonly LogBuffer _log = new();
    private readonly Backoff _backoff = new();
    private readonly Lock _gate = new();
    private IReadOnlyList<string> _environmentNames = [];
    private (ResourceState State, string? Reason) _status = (ResourceState.Waiting, null);
    private Process? _process;
    private DateTimeOffset? _startedAt;
    private int _starts;
    private bool _stopAsked;

    public IResource Resource => resource;

    public ResourceState State => Status.State;

    public (ResourceState State, string? Reason) Status
    {
        get
        {
            lock (_gate)
            {
                return _status;
            }
        }
    }

    /// <summary>Runs until cancelled; then the process, if any, is still there: <see cref="StopAsync"/> ends it when its turn comes.</summary>
    public async Task RunAsync(IReadOnlyDictionary<IResource, ResourceRunner> all, CancellationToken stopping)
    {
        try
        {
            var plan = LaunchPlan.For(resource, builder);
            if (plan.Unavailable is { } unavailable)
            {
                Become(ResourceState.NotAvailable, unavailable);
                return;
            }

            if (portProblem is not null)
            {
                Become(ResourceState.Failed, portProblem);
                return;
            }

            if (!await WaitForDependenciesAsync(all, stopping))
            {
                return;
            }

            while (true)
            {
                var (lived, ending, final) = await RunOnceAsync(plan, stopping);
                if (final)
                {
                    Become(ResourceState.Failed, ending);
                    return;
                }

                var delay = _backoff.Next(lived);
                Become(ResourceState.Failed, string.Create(CultureInfo.InvariantCulture, $"{ending}; next start in {delay.TotalSeconds:0} s"));
                await Task.Delay(delay, time, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The application stops; StopAsync does the rest.
        }
        catch (Exception e)
        {
            // A mistake in one resource's description must not take the others down.
            Become(ResourceState.Failed, e.Message);
        }
    }

    /// <summary>Asks the process to end (SIGTERM), and kills its whole session if it has not after the time given.</summary>
    public async Task StopAsync(TimeSpan patience, CancellationToken atOnce)
    {
        Process? process;
        lock (_gate)
        {
            _stopAsked = true;
            process = _process;
        }

        if (process is null)
        {
            if (State is not ResourceState.NotAvailable and not ResourceState.Failed)
            {
                Become(ResourceState.Stopped, null);
            }

            return;
        }

        Become(ResourceState.Stopping, null);
        var id = process.Id;
        if (!Native.Signal(id, Native.SigTerm) && OperatingSystem.IsWindows())
        {
            process.Kill(entireProcessTree: true);
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(atOnce);
        limit.CancelAfter(patience);
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            terminal.Note(resource.Name, string.Create(CultureInfo.InvariantCulture, $"did not end within {patience.TotalSeconds:0.#} s and is killed"));
            if (!Native.Signal(-id, Native.SigKill))
            {
                process.Kill(entireProcessTree: true);
            }

            await process.WaitForExitAsync(CancellationToken.None);
        }

        // What it started itself is in its session too, and ends with it.
        Native.Signal(-id, Native.SigKill);
        Become(ResourceState.Stopped, null);
    }

    public ResourceSnapshot Snapshot()
    {
        lock (_gate)
        {
            return new ResourceSnapshot(
                resource.Name,
                resource switch { ProjectResource => "project", ExecutableResource => "executable", _ => "container" },
                _status.State,
                _status.Reason,
                _process?.Id,
                Math.Max(0, _starts - 1),
                _startedAt,
                // Where nothing will ever listen, a link would only disappoint.
                _status.State == ResourceState.NotAvailable ? [] : ResourceLinks.Of(resource),
                _environmentNames,
                [.. resource.Annotations.OfType<WaitAnnotation>().Select(w => w.Dependency.Name)],
                _log.Last(60));
        }
    }

    private async Task<bool> WaitForDependenciesAsync(IReadOnlyDictionary<IResource, ResourceRunner> all, CancellationToken stopping)
    {
        foreach (var dependency in resource.Annotations.OfType<WaitAnnotation>().Select(w => w.Dependency).Distinct())
        {
            if (!all.TryGetValue(dependency, out var other))
            {
                continue;
            }

            while (true)
            {
                var next = changes.Next;
                var (state, reason) = other.Status;
                if (state == ResourceState.Running)
                {
                    break;
                }

                if (state == ResourceState.NotAvailable)
                {
                    Become(ResourceState.NotAvailable, $"needs {dependency.Name}, which is not available: {reason}");
                    return false;
                }

                Become(ResourceState.Waiting, state == ResourceState.Failed ? $"for {dependency.Name}, which failed" : $"for {dependency.Name}");
                await next.WaitAsync(stopping);
            }
        }

        return true;
    }

    /// <summary>One life of the process: how long, how it ended, and whether another start is pointless.</summary>
    private async Task<(TimeSpan Lived, string Ending, bool Final)> RunOnceAsync(LaunchPlan plan, CancellationToken stopping)
    {
        Become(ResourceState.Starting, null);
        var begin = time.GetTimestamp();
        using var process = new Process();
        try
        {
            await StartAsync(process, plan, stopping);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return (TimeSpan.Zero, $"could not be started: {e.Message}", false);
        }

        var lastLine = "";
        void Receive(string line)
        {
            _log.Add(line);
            terminal.Line(resource.Name, line);
            if (!string.IsNullOrWhiteSpace(line))
            {
                lastLine = line.Trim();
            }
        }

        var output = Task.WhenAll(LinePump.RunAsync(process.StandardOutput, Receive), LinePump.RunAsync(process.StandardError, Receive));
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        var watch = WatchHealthAsync(ended.Token);
        // Not cancelled by stopping: the process lives until its turn to stop comes, and only then may it be forgotten.
        await process.WaitForExitAsync(CancellationToken.None);
        await ended.CancelAsync();
        await watch;
        // A grandchild may hold the pipes open for ever; what it prints is not worth waiting for.
        await Task.WhenAny(output, Task.Delay(TimeSpan.FromSeconds(1), time, CancellationToken.None));
        var exitCode = process.ExitCode;
        lock (_gate)
        {
            _process = null;
        }

        stopping.ThrowIfCancellationRequested();
        var signal = exitCode > 128 ? exitCode - 128 : 0;
        var ending = signal > 0 ? $"ended by signal {signal}" : $"ended with exit code {exitCode}";
        // Who is killed from outside had no last word: its last line is about something else.
        var saysWhy = lastLine.Length > 0 && signal is not (Native.SigKill or Native.SigTerm);
        return (time.GetElapsedTime(begin), saysWhy ? $"{ending}: {lastLine}" : ending, exitCode == ConfigurationExitCode);
    }

    private async Task StartAsync(Process process, LaunchPlan plan, CancellationToken stopping)
    {
        var arguments = new List<string>();
        foreach (var argument in await ResourceValues.ArgumentsAsync(resource, builder.ExecutionContext, stopping))
        {
            arguments.Add(await ResourceValues.TextAsync(argument, stopping));
        }

        var environment = new List<KeyValuePair<string, string>>();
        foreach (var (name, value) in await ResourceValues.EnvironmentAsync(resource, builder.ExecutionContext, stopping))
        {
            environment.Add(new(name, await ResourceValues.TextAsync(value, stopping)));
        }

        process.StartInfo = plan.StartInfo(arguments, environment);
        await ChildLauncher.StartAsync(process);
        process.StandardInput.Close();
        lock (_gate)
        {
            _process = process;
            _startedAt = time.GetUtcNow();
            _starts++;
            _environmentNames = [.. environment.Select(e => e.Key).Order(StringComparer.Ordinal)];
            if (_stopAsked)
            {
                // Its turn to stop passed while it was being started; nobody else will.
                process.Kill(entireProcessTree: true);
            }
        }
    }

    private async Task WatchHealthAsync(CancellationToken ended)
    {
        var hasChecks = resource.Annotations.OfType<HttpHealthCheckAnnotation>().Any();
        if (!hasChecks)
        {
            Become(ResourceState.Running, null);
            return;
        }

        var failures = 0;
        try
        {
            while (true)
            {
                var problem = await probe.CheckAsync(resource, ended);
                failures = problem is null ? 0 : failures + 1;
                if (problem is null)
                {
                    Become(ResourceState.Running, null);
                }
                else if (State == ResourceState.Starting)
                {
                    Become(ResourceState.Starting, problem);
                }
                else if (failures >= FailuresBeforeUnhealthy)
                {
                    Become(ResourceState.Unhealthy, problem);
                }

                await Task.Delay(State == ResourceState.Starting ? s_startingInterval : s_runningInterval, time, ended);
            }
        }
        catch (OperationCanceledException)
        {
            // The process has ended, or the application stops.
        }
    }

    private void Become(ResourceState state, string? reason)
    {
        lock (_gate)
        {
            // Health checks that end late must not bring a stopping resource back to life.
            if (_status == (state, reason) || (_status.State is ResourceState.Stopping && state is not ResourceState.Stopped) || _status.State is ResourceState.Stopped)
            {
                return;
            }

            _status = (state, reason);
        }

        changes.Raise();
        terminal.State(resource.Name, state, reason);
    }
}
