namespace DynamoAspire.Messaging.JetStream;

/// <summary>A value of a bucket.</summary>
/// <param name="Key">Key.</param>
/// <param name="Value">Value.</param>
/// <param name="Revision">Revision, which is the sequence in the bucket's stream; for <see cref="KeyValueBucket.UpdateAsync"/>.</param>
/// <param name="Created">When it was put.</param>
public sealed record KeyValueEntry(string Key, ReadOnlyMemory<byte> Value, ulong Revision, DateTimeOffset Created);
