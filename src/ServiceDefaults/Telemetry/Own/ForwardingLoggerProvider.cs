using Microsoft.Extensions.Logging;

namespace DynamoAspire.ServiceDefaults.Telemetry.Own;

/// <summary>Passes the host's log records on to the logger factory of the SDK, which exports them.</summary>
internal sealed class ForwardingLoggerProvider(OwnTelemetry telemetry) : ILoggerProvider
{
    /// <inheritdoc/>
    public ILogger CreateLogger(string categoryName) => telemetry.Loggers.CreateLogger(categoryName);

    /// <inheritdoc/>
    public void Dispose()
    {
        // The factory belongs to the SDK.
    }
}
