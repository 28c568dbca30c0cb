using System.Buffers;
using DynamoAspire.KvEvents.MessagePack;

namespace DynamoAspire.KvEvents.EventPlane;

/// <summary>Writes envelopes (MessagePack). Reading needs a buffer for the older JSON form: <see cref="EventEnvelopeReader"/>.</summary>
public static class EventEnvelopeCodec
{
    /// <summary>map: topic, publisher_id, sequence, published_at, payload (bin)</summary>
    public static void Write(in EventEnvelope envelope, IBufferWriter<byte> output)
    {
        var writer = new MessagePackWriter(output);
        writer.WriteMapHeader(5);
        writer.WriteString("topic"u8);
        writer.WriteString(envelope.Topic);
        writer.WriteString("publisher_id"u8);
        writer.WriteUInt64(envelope.PublisherId);
        writer.WriteString("sequence"u8);
        writer.WriteUInt64(envelope.Sequence);
        writer.WriteString("published_at"u8);
        writer.WriteUInt64(envelope.PublishedAt);
        writer.WriteString("payload"u8);
        writer.WriteBinary(envelope.Payload);
        writer.Flush();
    }
}
