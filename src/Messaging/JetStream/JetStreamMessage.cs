using System.Globalization;
using DynamoAspire.Messaging.Nats;

namespace DynamoAspire.Messaging.JetStream;

/// <summary>A message delivered by a consumer. Acknowledgements may be sent from any thread.</summary>
public sealed class JetStreamMessage
{
    private const int ShortForm = 9;
    private const int LongForm = 11;

    private static readonly DateTimeOffset s_epoch = DateTimeOffset.UnixEpoch;

    private readonly INatsConnection _connection;
    private readonly NatsSubject _reply;

    private JetStreamMessage(INatsConnection connection, in NatsMessage message, NatsSubject reply)
    {
        _connection = connection;
        _reply = reply;
        Subject = message.Subject;
        Headers = message.Headers;
        Payload = message.Payload;
    }

    /// <summary>Subject it was published to.</summary>
    public string Subject { get; }

    /// <summary>Headers, or null.</summary>
    public NatsHeaders? Headers { get; }

    /// <summary>Payload.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>Sequence in the stream.</summary>
    public ulong StreamSequence { get; private init; }

    /// <summary>Sequence of the delivery in the consumer.</summary>
    public ulong ConsumerSequence { get; private init; }

    /// <summary>How often it was delivered, this time included.</summary>
    public long NumDelivered { get; private init; }

    /// <summary>Messages of the consumer after this one.</summary>
    public ulong NumPending { get; private init; }

    /// <summary>When it was stored.</summary>
    public DateTimeOffset Time { get; private init; }

    /// <summary>Acknowledges without waiting; lost if the connection is lost, and then the message comes again.</summary>
    public NatsPublishStatus Ack() => _connection.TryPublish(_reply, "+ACK"u8);

    /// <summary>Acknowledges and waits until the server knows.</summary>
    /// <exception cref="NatsException">No answer, or the connection is away.</exception>
    public async ValueTask AckAsync(CancellationToken cancellationToken = default) =>
        await _connection.RequestAsync(_reply.Value, "+ACK"u8.ToArray(), cancellationToken: cancellationToken).ConfigureAwait(false);

    /// <summary>Asks for it again, at once or after a while.</summary>
    public NatsPublishStatus Nak(TimeSpan delay = default) =>
        delay <= TimeSpan.Zero
            ? _connection.TryPublish(_reply, "-NAK"u8)
            : _connection.TryPublish(_reply, System.Text.Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"-NAK {{\"delay\":{Wire.Conversions.Nanoseconds(delay)}}}")));

    /// <summary>Gives up on it: it does not come again.</summary>
    public NatsPublishStatus Term() => _connection.TryPublish(_reply, "+TERM"u8);

    /// <summary>Asks for more time before it comes again.</summary>
    public NatsPublishStatus InProgress() => _connection.TryPublish(_reply, "+WPI"u8);

    /// <summary>
    /// Reads what the reply subject says:
    /// <c>$JS.ACK.stream.consumer.delivered.sseq.cseq.time.pending</c>, newer servers
    /// <c>$JS.ACK.domain.account.stream.consumer.delivered.sseq.cseq.time.pending[.token]</c> (ADR-15).
    /// </summary>
    internal static JetStreamMessage? TryCreate(INatsConnection connection, in NatsMessage message)
    {
        if (message.ReplyTo is null || !message.ReplyTo.StartsWith("$JS.ACK.", StringComparison.Ordinal) || !NatsSubject.IsValid(message.ReplyTo))
        {
            return null;
        }

        var tokens = message.ReplyTo.Split('.');
        var at = tokens.Length == ShortForm ? 4 : tokens.Length >= LongForm ? 6 : -1;
        if (at < 0
            || !long.TryParse(tokens[at], NumberStyles.None, CultureInfo.InvariantCulture, out var delivered)
            || !ulong.TryParse(tokens[at + 1], NumberStyles.None, CultureInfo.InvariantCulture, out var streamSequence)
            || !ulong.TryParse(tokens[at + 2], NumberStyles.None, CultureInfo.InvariantCulture, out var consumerSequence)
            || !long.TryParse(tokens[at + 3], NumberStyles.None, CultureInfo.InvariantCulture, out var nanoseconds)
            || !ulong.TryParse(tokens[at + 4], NumberStyles.None, CultureInfo.InvariantCulture, out var pending))
        {
            return null;
        }

        return new JetStreamMessage(connection, message, new NatsSubject(message.ReplyTo))
        {
            NumDelivered = delivered,
            StreamSequence = streamSequence,
            ConsumerSequence = consumerSequence,
            NumPending = pending,
            Time = s_epoch.AddTicks(nanoseconds / TimeSpan.NanosecondsPerTick),
        };
    }
}
