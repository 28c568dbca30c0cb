using DynamoAspire.Engines.Configuration;
using Microsoft.Extensions.Hosting;

namespace DynamoAspire.ServiceDefaults.Configuration;

/// <summary>Refuses to start with a configuration that has problems, also where the host is not built by <see cref="Hosting.ServiceHost"/>.</summary>
internal sealed class ConfigurationGuard(ConfigurationProblems problems) : IHostedLifecycleService
{
    /// <inheritdoc/>
    public Task StartingAsync(CancellationToken cancellationToken)
    {
        problems.ThrowIfAny();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
