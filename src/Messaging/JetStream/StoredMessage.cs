using DynamoAspire.Messaging.Nats;

namespace DynamoAspire.Messaging.JetStream;

/// <summary>A message read back from a stream.</summary>
/// <param name="Subject">Subject it was published to.</param>
/// <param name="Sequence">Sequence in the stream.</param>
/// <param name="Time">When it was stored.</param>
/// <param name="Headers">Headers, or null.</param>
/// <param name="Payload">Payload.</param>
public sealed record StoredMessage(string Subject, ulong Sequence, DateTimeOffset Time, NatsHeaders? Headers, ReadOnlyMemory<byte> Payload);
