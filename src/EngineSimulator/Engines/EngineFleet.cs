using DynamoAspire.Engines;
using DynamoAspire.Messaging.Zmq;

namespace DynamoAspire.EngineSimulator.Engines;

/// <summary>All simulated engines. They are up before the service listens, so that a taken address is told at start.</summary>
internal sealed class EngineFleet : IHostedService, IAsyncDisposable
{
    private readonly SimulatedEngine[] _engines;
    private bool _disposed;

    public EngineFleet(EngineSet engines, SimulatorOptions options, IZmqContext context, TimeProvider time, ILogger<EngineFleet> logger)
    {
        var shared = engines.Select(e => e.Options.MultiprocDir).Where(d => !string.IsNullOrEmpty(d)).GroupBy(d => Path.GetFullPath(d!)).Where(g => g.Count() > 1).Select(g => g.Key).ToHashSet();
        _engines = [.. engines.Select(e => new SimulatedEngine(e, options, context, time, logger, !string.IsNullOrEmpty(e.Options.MultiprocDir) && shared.Contains(Path.GetFullPath(e.Options.MultiprocDir))))];
    }

    public IReadOnlyList<SimulatedEngine> Engines => _engines;

    /// <summary>The one that answers where no name is given, as a real engine's server does.</summary>
    public SimulatedEngine First => _engines[0];

    public SimulatedEngine? Find(string name) => Array.Find(_engines, e => e.Engine.Name == name);

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var engine in _engines)
        {
            await engine.StartAsync(cancellationToken);
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        foreach (var engine in _engines)
        {
            await engine.KillAsync(EngineOutage.Drop, CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        // The container disposes it twice: as itself and as a hosted service.
        if (Interlocked.Exchange(ref _disposed, true))
        {
            return;
        }

        foreach (var engine in _engines)
        {
            await engine.DisposeAsync();
        }
    }
}
