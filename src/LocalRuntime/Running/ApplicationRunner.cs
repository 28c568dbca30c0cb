using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using DynamoAspire.LocalRuntime.Building;
using DynamoAspire.LocalRuntime.Page;

namespace DynamoAspire.LocalRuntime.Running;

/// <summary>Runs all resources from start to stop.</summary>
internal sealed class ApplicationRunner : IDisposable
{
    private readonly ApplicationBuilder _builder;
    private readonly TimeProvider _time;
    private readonly Terminal _terminal;
    private readonly StopLimits _limits;
    private readonly ChangeSignal _changes = new();
    private readonly HealthProbe _probe = new();
    private readonly List<ResourceRunner> _runners;

    public void Dispose() => _probe.Dispose();

    private ApplicationRunner(ApplicationBuilder builder, TimeProvider time, Func<IEnumerable<string>, Terminal> terminal, StopLimits limits)
    {
        _builder = builder;
        _time = time;
        _limits = limits;
        var resources = builder.Resources.Where(r => r is not ParameterResource).ToList();
        _terminal = terminal(resources.Select(r => r.Name));
        var problems = PortAssignment.Assign(resources);
        _runners = [.. resources.Select(r => new ResourceRunner(r, builder, _changes, _probe, _terminal, time, problems.GetValueOrDefault(r.Name)))];
    }

    /// <summary>Runs until somebody asks to stop.</summary>
    public static async Task RunAsync(ApplicationBuilder builder)
    {
        using var stop = new StopRequest();
        await RunAsync(builder, stop, Terminal.ForConsole, StopLimits.Default);
    }

    /// <summary>Runs until asked, with the outside world given.</summary>
    internal static async Task RunAsync(ApplicationBuilder builder, StopRequest stop, Func<IEnumerable<string>, Terminal> terminal, StopLimits limits)
    {
        using var runner = new ApplicationRunner(builder, TimeProvider.System, terminal, limits);
        await runner.RunAsync(stop);
    }

    private async Task RunAsync(StopRequest stop)
    {
        if (OperatingSystem.IsLinux() && !ChildLauncher.TiesChildrenToThisProcess)
        {
            _terminal.Say("setpriv and setsid (package util-linux) are not on PATH: if this process is killed (SIGKILL), what it started stays.");
        }

        var parent = ParentWatch.RunAsync(
            bool.TryParse(_builder.Configuration["StopWithParent"], out var configured) ? configured : null, () => stop.Ask("its parent process ended"), _time, stop.Requested);
        await using var page = await ResourcesPage.StartAsync(_builder.Configuration, Snapshots, _terminal);
        var byResource = _runners.ToDictionary(r => r.Resource);
        var running = _runners.Select(r => r.RunAsync(byResource, stop.Requested)).ToList();
        await ShowTableWhenSettledAsync(page, stop.Requested);
        await Task.Delay(Timeout.InfiniteTimeSpan, _time, stop.Requested).ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

        _terminal.Say($"Stopping ({stop.Reason}); once more to stop at once.");
        await StopAllAsync(stop.AtOnce);
        await Task.WhenAll(running);
        await parent;
    }

    private async Task StopAllAsync(CancellationToken atOnce)
    {
        var begin = _time.GetTimestamp();
        var byResource = _runners.ToDictionary(r => r.Resource);
        foreach (var group in StopOrder.Of([.. byResource.Keys]))
        {
            var left = _limits.Whole - _time.GetElapsedTime(begin);
            var patience = TimeSpan.FromTicks(Math.Max(0, Math.Min(left.Ticks, _limits.Group.Ticks)));
            await Task.WhenAll(group.Select(r => byResource[r].StopAsync(patience, atOnce)));
        }

        _terminal.Say(string.Create(CultureInfo.InvariantCulture, $"Stopped in {_time.GetElapsedTime(begin).TotalSeconds:0.0} s."));
    }

    private async Task ShowTableWhenSettledAsync(ResourcesPage? page, CancellationToken stopping)
    {
        var limit = _time.GetTimestamp();
        try
        {
            // Something that never gets healthy is in the table too, with its reason.
            while (_time.GetElapsedTime(limit) < TimeSpan.FromSeconds(20) && !_runners.All(r => IsSettled(r.State)))
            {
                var next = _changes.Next;
                await Task.WhenAny(next, Task.Delay(TimeSpan.FromSeconds(1), _time, stopping));
                stopping.ThrowIfCancellationRequested();
            }

            _terminal.Table(Snapshots());
            if (page is not null)
            {
                _terminal.Say($"Resources page: {page.Url}   (Ctrl+C stops everything)");
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped before it was up.
        }
    }

    private static bool IsSettled(ResourceState state) => state is ResourceState.Running or ResourceState.Failed or ResourceState.NotAvailable or ResourceState.Unhealthy;

    private IReadOnlyList<ResourceSnapshot> Snapshots() => [.. _runners.Select(r => r.Snapshot())];
}
