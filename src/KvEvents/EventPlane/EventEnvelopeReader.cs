using System.Buffers;
using System.Text.Json;
using DynamoAspire.KvEvents.Json;
using DynamoAspire.KvEvents.MessagePack;

namespace DynamoAspire.KvEvents.EventPlane;

/// <summary>
/// Reads envelopes in MessagePack and in the earliest JSON form, told apart by the first byte. Owns the buffer that the JSON form
/// needs, so an envelope is valid until the next read. One instance per receiver: not thread-safe.
/// </summary>
public sealed class EventEnvelopeReader
{
    private static readonly MessagePackLimits s_limits = new() { MaxDepth = 16, MaxLength = 64 * 1024 * 1024 };

    private readonly ArrayBufferWriter<byte> _topic = new();
    private readonly ArrayBufferWriter<byte> _payload = new();

    /// <summary>Reads one envelope; key order is free, unknown keys are passed over. False: no envelope, or one without payload.</summary>
    public bool TryRead(ReadOnlySpan<byte> message, out EventEnvelope envelope) =>
        JsonSniffer.IsJsonObject(message) ? TryReadJson(message, out envelope) : TryReadMessagePack(message, out envelope);

    private static bool TryReadMessagePack(ReadOnlySpan<byte> message, out EventEnvelope envelope)
    {
        envelope = default;
        var reader = new MessagePackReader(message, s_limits);
        if (!reader.TryReadMapHeader(out var count))
        {
            return false;
        }

        ReadOnlySpan<byte> topic = default;
        ReadOnlySpan<byte> payload = default;
        var (publisher, sequence, publishedAt, hasPayload) = (0UL, 0UL, 0UL, false);
        for (var i = 0; i < count; i++)
        {
            if (!reader.TryReadString(out var key))
            {
                if (!reader.TrySkip() || !reader.TrySkip())
                {
                    return false;
                }

                continue;
            }

            var taken = key.SequenceEqual("topic"u8) ? reader.TryReadString(out topic)
                : key.SequenceEqual("publisher_id"u8) ? reader.TryReadUInt64(out publisher)
                : key.SequenceEqual("sequence"u8) ? reader.TryReadUInt64(out sequence)
                : key.SequenceEqual("published_at"u8) ? reader.TryReadUInt64(out publishedAt)
                : key.SequenceEqual("payload"u8) ? hasPayload = reader.TryReadBinary(out payload)
                : reader.TrySkip();
            if (!taken)
            {
                return false;
            }
        }

        envelope = new EventEnvelope { Topic = topic, PublisherId = publisher, Sequence = sequence, PublishedAt = publishedAt, Payload = payload };
        return hasPayload;
    }

    /// <summary>{"publisher_id":…,"sequence":…,"published_at":…,"payload":[byte,…]}; the topic is optional</summary>
    private bool TryReadJson(ReadOnlySpan<byte> message, out EventEnvelope envelope)
    {
        envelope = default;
        _topic.ResetWrittenCount();
        _payload.ResetWrittenCount();
        var hasPayload = false;
        try
        {
            var reader = new Utf8JsonReader(message);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var key = reader.ValueSpan;
                reader.Read();
                if (key.SequenceEqual("payload"u8))
                {
                    if (!TryReadBytes(ref reader))
                    {
                        return false;
                    }

                    hasPayload = true;
                }
                else if (key.SequenceEqual("topic"u8) && reader.TokenType == JsonTokenType.String)
                {
                    var room = _topic.GetSpan(Math.Max(1, reader.ValueSpan.Length));
                    _topic.Advance(reader.CopyString(room));
                }
                else if (reader.TokenType == JsonTokenType.Number && reader.TryGetUInt64(out var number))
                {
                    if (key.SequenceEqual("publisher_id"u8))
                    {
                        envelope.PublisherId = number;
                    }
                    else if (key.SequenceEqual("sequence"u8))
                    {
                        envelope.Sequence = number;
                    }
                    else if (key.SequenceEqual("published_at"u8))
                    {
                        envelope.PublishedAt = number;
                    }
                }
                else
                {
                    reader.Skip();
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // JsonException: no JSON. InvalidOperationException: a topic that is no valid UTF-16 (lone surrogate escapes).
            return false;
        }

        envelope.Topic = _topic.WrittenSpan;
        envelope.Payload = _payload.WrittenSpan;
        return hasPayload;
    }

    private bool TryReadBytes(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return false;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.Number)
        {
            if (!reader.TryGetByte(out var value))
            {
                return false;
            }

            _payload.GetSpan(1)[0] = value;
            _payload.Advance(1);
        }

        return reader.TokenType == JsonTokenType.EndArray;
    }
}
