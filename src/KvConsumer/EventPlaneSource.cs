using DynamoAspire.KvEvents.EventPlane;
using DynamoAspire.KvEvents.RouterEvents;
using DynamoAspire.Messaging.Nats;

namespace DynamoAspire.KvConsumer;

/// <summary>
/// Reads the NATS event plane of a component: enveloped router events, MessagePack or the earliest JSON form. Core NATS delivers at most
/// once; what is missing shows in the publishers' sequences and is counted in <see cref="Lost"/>.
/// </summary>
public sealed class EventPlaneSource : IKvEventSource
{
    /// <summary>Publishers whose sequences are followed; beyond it the one heard of longest ago is forgotten.</summary>
    public const int MaxPublishers = 4_096;

    private readonly INatsSubscription _subscription;
    private readonly EventEnvelopeReader _reader = new();
    private readonly Dictionary<ulong, ulong> _next = [];
    private readonly Queue<ulong> _order = new();
    private long _lost;

    private EventPlaneSource(INatsSubscription subscription) => _subscription = subscription;

    /// <inheritdoc/>
    public long Undecodable { get; private set; }

    /// <inheritdoc/>
    public long Lost => Math.Max(_lost, _subscription.Dropped);

    /// <summary>Subscribes.</summary>
    /// <param name="connection">Not owned.</param>
    /// <param name="ns">Namespace of the component.</param>
    /// <param name="component">Component.</param>
    /// <param name="options">Bound of the messages held here.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    public static async ValueTask<EventPlaneSource> SubscribeAsync(
        INatsConnection connection, string ns, string component, NatsSubscriptionOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(connection);
        return new EventPlaneSource(await connection.SubscribeAsync(KvEventNames.EventPlaneSubject(ns, component), null, options, cancellationToken).ConfigureAwait(false));
    }

    /// <inheritdoc/>
    public async ValueTask ReadAsync(RouterEvent destination, CancellationToken cancellationToken = default)
    {
        while (!TryTake(await _subscription.ReadAsync(cancellationToken).ConfigureAwait(false), destination))
        {
            Undecodable++;
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _subscription.DisposeAsync();

    private bool TryTake(in NatsMessage message, RouterEvent destination)
    {
        if (!_reader.TryRead(message.Payload.Span, out var envelope))
        {
            return false;
        }

        Follow(envelope.PublisherId, envelope.Sequence);
        return RouterEventCodec.TryRead(envelope.Payload, destination);
    }

    private void Follow(ulong publisher, ulong sequence)
    {
        if (_next.TryGetValue(publisher, out var expected))
        {
            _lost += sequence > expected ? (long)Math.Min(sequence - expected, int.MaxValue) : 0;
        }
        else
        {
            _order.Enqueue(publisher);
            if (_order.Count > MaxPublishers)
            {
                _next.Remove(_order.Dequeue());
            }
        }

        _next[publisher] = sequence + 1;
    }
}
