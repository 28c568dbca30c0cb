using System.Globalization;
using System.Text.Json;
using DynamoAspire.Messaging.JetStream.Wire;
using DynamoAspire.Messaging.Nats;
using DynamoAspire.Messaging.Nats.Core;

namespace DynamoAspire.Messaging.JetStream;

/// <content>Reading single messages back.</content>
public sealed partial class JetStreamContext
{
    private const string NotFound = "404";

    /// <summary>Last message of a subject, from the stream's leader; null if there is none.</summary>
    public ValueTask<StoredMessage?> GetLastMessageAsync(string stream, string subject, CancellationToken cancellationToken = default) =>
        GetAsync(stream, new ApiMessageGet(null, subject), cancellationToken);

    /// <summary>Message of a sequence, from the stream's leader; null if it is not there (any more).</summary>
    public ValueTask<StoredMessage?> GetMessageAsync(string stream, ulong sequence, CancellationToken cancellationToken = default) =>
        GetAsync(stream, new ApiMessageGet(sequence, null), cancellationToken);

    /// <summary>Last message of a subject, from any replica and without JSON; the stream must have <see cref="StreamConfig.AllowDirect"/>.</summary>
    public ValueTask<StoredMessage?> DirectGetLastAsync(string stream, string subject, CancellationToken cancellationToken = default) =>
        DirectGetAsync(stream, new ApiMessageGet(null, subject), cancellationToken);

    /// <summary>Message of a sequence, from any replica and without JSON; the stream must have <see cref="StreamConfig.AllowDirect"/>.</summary>
    public ValueTask<StoredMessage?> DirectGetAsync(string stream, ulong sequence, CancellationToken cancellationToken = default) =>
        DirectGetAsync(stream, new ApiMessageGet(sequence, null), cancellationToken);

    private async ValueTask<StoredMessage?> GetAsync(string stream, ApiMessageGet request, CancellationToken cancellationToken)
    {
        CheckName(stream, "stream");
        try
        {
            var response = await CallAsync("STREAM.MSG.GET." + stream, request, ApiJson.Default.ApiMessageGet, ApiJson.Default.ApiMessageGetResponse, cancellationToken).ConfigureAwait(false);
            if (response.Message is not { } message)
            {
                return null;
            }

            NatsHeaders? headers = new();
            if (!NatsHeaderBlock.Read(message.Hdrs, headers))
            {
                headers = null;
            }

            return new StoredMessage(message.Subject, message.Seq, message.Time, headers, message.Data ?? []);
        }
        catch (NatsException e) when (e.Code == JetStreamErrorCodes.NoMessageFound)
        {
            return null;
        }
    }

    private async ValueTask<StoredMessage?> DirectGetAsync(string stream, ApiMessageGet request, CancellationToken cancellationToken)
    {
        CheckName(stream, "stream");
        var call = "DIRECT.GET." + stream;
        var reply = await RequestAsync(Subject(call), JsonSerializer.SerializeToUtf8Bytes(request, ApiJson.Default.ApiMessageGet), null, cancellationToken).ConfigureAwait(false);
        var headers = reply.Headers;
        if (headers?["Status"] is { } status)
        {
            return status == NotFound ? null : throw new NatsException(NatsError.JetStream, $"JetStream refused {call}: {status} {headers["Description"]}");
        }

        if (headers?["Nats-Subject"] is not { } subject
            || !ulong.TryParse(headers["Nats-Sequence"], NumberStyles.None, CultureInfo.InvariantCulture, out var sequence))
        {
            throw new NatsException(NatsError.JetStream, $"JetStream answered {call} without Nats-Subject and Nats-Sequence.");
        }

        _ = DateTimeOffset.TryParse(headers["Nats-Time-Stamp"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time);
        return new StoredMessage(subject, sequence, time, headers, reply.Payload);
    }
}
