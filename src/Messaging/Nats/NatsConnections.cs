using DynamoAspire.Messaging.Nats.Core;

namespace DynamoAspire.Messaging.Nats;

/// <summary>Makes connections.</summary>
public static class NatsConnections
{
    /// <summary>Environment variable that chooses the adapter where the options leave it open: <c>libnats</c> or <c>natsnet</c>.</summary>
    public const string AdapterVariable = "DYNAMO_ASPIRE_NATS_ADAPTER";

    /// <summary>Adapters compiled into this build, the default one first.</summary>
    public static IReadOnlyList<NatsAdapter> Available { get; } = NatsAdapters.Available;

    /// <summary>
    /// Starts a connection and waits for the outcome of the first attempt. A server that is away is no error: the connection comes back
    /// <see cref="NatsConnectionState.Disconnected"/>, says why in <see cref="INatsConnection.LastError"/>, and goes on trying for ever;
    /// <see cref="INatsConnection.WaitForConnectionAsync"/> waits for it. Refused credentials are tried again too (they may be fixed on the
    /// server), and counted in <see cref="NatsCounters.AuthorizationFailures"/>.
    /// </summary>
    /// <exception cref="NatsException">The options are not valid, or the client library is missing.</exception>
    public static async ValueTask<INatsConnection> ConnectAsync(NatsOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var connection = NatsConnectionCore.Create(options, NatsAdapters.Choose(options.Adapter));
        connection.Start();
        try
        {
            await connection.FirstAttempt.WaitAsync(cancellationToken).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Starts a connection that is made in the background; for places that cannot wait.</summary>
    /// <exception cref="NatsException">The options are not valid, or the client library is missing.</exception>
    public static INatsConnection Start(NatsOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        var connection = NatsConnectionCore.Create(options, NatsAdapters.Choose(options.Adapter));
        connection.Start();
        return connection;
    }
}
