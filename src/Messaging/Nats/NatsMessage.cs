namespace DynamoAspire.Messaging.Nats;

/// <summary>One received message. Owns its bytes; valid for as long as it is referenced.</summary>
/// <param name="Subject">Subject it was published to.</param>
/// <param name="ReplyTo">Reply subject, or null.</param>
/// <param name="Headers">Headers, or null.</param>
/// <param name="Payload">Payload.</param>
public readonly record struct NatsMessage(string Subject, string? ReplyTo, NatsHeaders? Headers, ReadOnlyMemory<byte> Payload);
