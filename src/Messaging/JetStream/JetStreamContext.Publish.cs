using DynamoAspire.Messaging.JetStream.Wire;
using DynamoAspire.Messaging.Nats;

namespace DynamoAspire.Messaging.JetStream;

/// <content>Publishing.</content>
public sealed partial class JetStreamContext
{
    /// <summary>Makes a publisher with many messages in flight.</summary>
    public ValueTask<JetStreamPublisher> CreatePublisherAsync(JetStreamPublisherOptions? options = null, CancellationToken cancellationToken = default) =>
        JetStreamPublisher.CreateAsync(Connection, options ?? JetStreamPublisherOptions.Default, cancellationToken);

    /// <summary>Publishes one message and waits until it is stored.</summary>
    /// <exception cref="NatsException">It was refused (<see cref="NatsError.JetStream"/>), no stream takes it, no answer in time, or the connection is away.</exception>
    public async ValueTask<JetStreamAck> PublishAsync(NatsSubject subject, ReadOnlyMemory<byte> payload, string? messageId = null, NatsHeaders? headers = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(subject);
        if (messageId is not null)
        {
            headers ??= new NatsHeaders();
            headers.Add("Nats-Msg-Id", messageId);
        }

        var reply = await RequestAsync(subject.Value, payload, headers, cancellationToken).ConfigureAwait(false);
        if (!new PublishAckReader().TryRead(reply.Payload.Span, out var ack))
        {
            throw new NatsException(NatsError.JetStream, $"The answer to a message on '{subject}' is not an acknowledgement of JetStream.");
        }

        return ack.Status == JetStreamAckStatus.Stored
            ? ack
            : throw new NatsException(NatsError.JetStream, $"JetStream refused a message on '{subject}': {ack.Error} ({ack.ErrorCode})", code: ack.ErrorCode);
    }
}
