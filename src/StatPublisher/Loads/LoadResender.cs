using DynamoAspire.Messaging.Nats;
using DynamoAspire.StatPublisher.Ranks;

namespace DynamoAspire.StatPublisher.Loads;

/// <summary>Publishes every load again when NATS is back, and what is held back when the service stops.</summary>
internal sealed class LoadResender(INatsConnection connection, RankTable ranks) : IHostedService
{
    private static readonly TimeSpan s_flushLimit = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        connection.StateChanged += Changed;
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        connection.StateChanged -= Changed;
        foreach (var rank in ranks.Ranks)
        {
            rank.Load.Flush();
        }

        if (connection.State != NatsConnectionState.Connected)
        {
            return;
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(s_flushLimit);
        try
        {
            await connection.FlushAsync(limit.Token);
        }
        catch (Exception e) when (e is NatsException or OperationCanceledException)
        {
            // The heartbeat of the next start tells what was lost here.
        }
    }

    private void Changed(NatsConnectionState state)
    {
        if (state == NatsConnectionState.Connected)
        {
            foreach (var rank in ranks.Ranks)
            {
                rank.Load.Resend();
            }
        }
    }
}
