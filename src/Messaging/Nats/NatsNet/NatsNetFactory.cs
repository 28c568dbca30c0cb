using DynamoAspire.Messaging.Nats.Core;
using Client = NATS.Client.Core;

namespace DynamoAspire.Messaging.Nats.NatsNet;

/// <summary>Links through the NATS.Net package (2.7 and 3.x).</summary>
internal sealed class NatsNetFactory : NatsLinkFactory
{
    public override NatsAdapter Adapter => NatsAdapter.NatsNet;

    public override string Name => "NATS.Net";

    public override void Validate(NatsOptions options)
    {
        // The package is managed code: where this compiled, it is there.
    }

    public override async ValueTask<NatsLink> ConnectAsync(NatsServerAddress server, NatsOptions options, INatsLinkOwner owner, CancellationToken cancellationToken)
    {
        var link = new NatsNetLink(server, options, owner);
        try
        {
            await link.ConnectAsync(cancellationToken).ConfigureAwait(false);
            return link;
        }
        catch (Exception e)
        {
            await link.DisposeAsync().ConfigureAwait(false);
            if (e is OperationCanceledException && cancellationToken.IsCancellationRequested)
            {
                throw;
            }

            throw Translate(e, server);
        }
    }

    private static NatsException Translate(Exception failure, NatsServerAddress server)
    {
        // The package wraps the reason once or twice; people want the innermost words, and credentials are told apart by the server's.
        var reason = failure;
        while (reason.InnerException is { } inner)
        {
            reason = inner;
        }

        var isAuthorization = reason is Client.NatsServerException { IsAuthError: true };
        return new NatsException(isAuthorization ? NatsError.Authorization : NatsError.Disconnected, $"Connecting to {server}: {reason.Message}", failure);
    }
}
