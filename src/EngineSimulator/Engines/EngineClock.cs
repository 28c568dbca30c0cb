using DynamoAspire.ServiceDefaults.Hosting;

namespace DynamoAspire.EngineSimulator.Engines;

/// <summary>Makes every engine take its steps.</summary>
internal sealed class EngineClock(EngineFleet fleet, SimulatorOptions options, Supervision supervision) : SupervisedService("engine-clock", supervision)
{
    protected override async Task RunAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(options.StepInterval, Time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            foreach (var engine in fleet.Engines)
            {
                engine.Step();
            }
        }
    }
}
