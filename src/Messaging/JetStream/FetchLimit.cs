using DynamoAspire.Messaging.Nats;

namespace DynamoAspire.Messaging.JetStream;

/// <summary>Ends a fetch when the caller cancels, the connection is lost, or the server has been silent for too long.</summary>
internal sealed class FetchLimit : IDisposable
{
    private readonly INatsConnection _connection;
    private readonly CancellationTokenSource _silence;
    private readonly CancellationTokenSource _any;

    public FetchLimit(INatsConnection connection, CancellationToken cancellationToken)
    {
        _connection = connection;
        _silence = new CancellationTokenSource(Timeout.InfiniteTimeSpan, connection.Options.TimeProvider);
        _any = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _silence.Token);
        connection.StateChanged += OnStateChanged;
    }

    public CancellationToken Token => _any.Token;

    public void Restart(TimeSpan silence) => _silence.CancelAfter(silence);

    public void Dispose()
    {
        _connection.StateChanged -= OnStateChanged;
        _any.Dispose();
        _silence.Dispose();
    }

    private void OnStateChanged(NatsConnectionState state)
    {
        if (state == NatsConnectionState.Connected)
        {
            return;
        }

        try
        {
            _silence.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The fetch ended at the same moment.
        }
    }
}
