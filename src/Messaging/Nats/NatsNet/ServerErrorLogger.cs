using Microsoft.Extensions.Logging;

namespace DynamoAspire.Messaging.Nats.NatsNet;

/// <summary>
/// The one place where the package tells of an error that the server reported on a living connection in every version: its log
/// (3.x has an event too, 2.x has not). Everything else it logs is about connecting, which the link reports itself.
/// </summary>
internal sealed class ServerErrorLogger(Action<string> report) : ILoggerFactory, ILogger
{
    private const string Prefix = "Server error ";

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel) && formatter(state, exception) is { } text && text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            report(text[Prefix.Length..]);
        }
    }

    public void Dispose()
    {
    }
}
