using System.Buffers;
using Client = NATS.Client.Core;

namespace DynamoAspire.Messaging.Nats.NatsNet;

/// <summary>Bytes as they are.</summary>
internal sealed class PayloadSerializer : Client.INatsSerialize<ReadOnlyMemory<byte>>
{
    public static PayloadSerializer Instance { get; } = new();

    public void Serialize(IBufferWriter<byte> bufferWriter, ReadOnlyMemory<byte> value) => bufferWriter.Write(value.Span);
}
