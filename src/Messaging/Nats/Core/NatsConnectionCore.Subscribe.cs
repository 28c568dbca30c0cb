namespace DynamoAspire.Messaging.Nats.Core;

/// <content>Subscriptions.</content>
internal sealed partial class NatsConnectionCore
{
    private readonly NatsRequests _requests;

    public async ValueTask<INatsSubscription> SubscribeAsync(string subject, string? queueGroup = null, NatsSubscriptionOptions? options = null, CancellationToken cancellationToken = default)
    {
        var subscription = new QueueSubscription(this, subject, options ?? NatsSubscriptionOptions.Default);
        subscription.Listener = await ListenAsync(subject, queueGroup, subscription.OnMessage, cancellationToken).ConfigureAwait(false);
        return subscription;
    }

    public async ValueTask<IAsyncDisposable> ListenAsync(string subject, string? queueGroup, NatsListener listener, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(listener);
        if (!NatsSubject.IsValidPattern(subject))
        {
            throw new NatsException(NatsError.Invalid, $"'{subject}' is not a NATS subject to subscribe to: non-empty tokens joined by '.', '*' for any one token, '>' at the end for the rest.");
        }

        if (queueGroup is not null && !NatsSubject.IsValid(queueGroup))
        {
            throw new NatsException(NatsError.Invalid, $"'{queueGroup}' is not the name of a queue group.");
        }

        var registration = new ListenerRegistration(this, subject, queueGroup, listener);
        LinkCommand? command = null;

        // Registered and queued in one step as the loop sees it: either the list it takes for a new link holds the registration, or its queue does.
        lock (_queueGate)
        {
            ThrowIfDisposed();
            lock (_gate)
            {
                _registrations.Add(registration);
            }

            if (_linkTakesCommands)
            {
                command = new LinkCommand(LinkCommandKind.Subscribe, registration);
                _filling.Add(command);
            }
        }

        var handle = new ListenerHandle(this, registration);
        if (command is not null)
        {
            _wake.Set();
            try
            {
                await command.Done.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
            catch
            {
                await handle.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }

        return handle;
    }

    public ValueTask<NatsMessage> RequestAsync(string subject, ReadOnlyMemory<byte> payload, NatsHeaders? headers = null, TimeSpan? timeout = null, CancellationToken cancellationToken = default) =>
        _requests.SendAsync(new NatsSubject(subject), payload, headers, timeout ?? Options.RequestTimeout, cancellationToken);

    public async ValueTask<IAsyncDisposable> ServeAsync(string subject, string? queueGroup, NatsRequestHandler handler, NatsServeOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(handler);
        var limits = options ?? NatsServeOptions.Default;
        var subscription = await SubscribeAsync(subject, queueGroup, new NatsSubscriptionOptions { Capacity = limits.Capacity }, cancellationToken).ConfigureAwait(false);
        return new NatsService(this, subscription, handler, limits);
    }

    private void Unregister(ListenerRegistration registration)
    {
        registration.Remove();
        lock (_queueGate)
        {
            lock (_gate)
            {
                if (!_registrations.Remove(registration))
                {
                    return;
                }
            }

            if (!_linkTakesCommands)
            {
                return;
            }

            _filling.Add(new LinkCommand(LinkCommandKind.Unsubscribe, registration));
        }

        _wake.Set();
    }

    private sealed class ListenerHandle(NatsConnectionCore connection, ListenerRegistration registration) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            connection.Unregister(registration);
            return default;
        }
    }
}
