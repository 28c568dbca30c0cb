namespace DynamoAspire.KvEvents.EventPlane;

/// <summary>One message of Dynamo's event plane. Lives on the stack; after a read, its bytes point into what was read.</summary>
public ref struct EventEnvelope
{
    /// <summary>Topic, such as <c>kv-events</c> (UTF-8).</summary>
    public ReadOnlySpan<byte> Topic { get; set; }

    /// <summary>Publisher object.</summary>
    public ulong PublisherId { get; set; }

    /// <summary>0, 1, 2 … per publisher object.</summary>
    public ulong Sequence { get; set; }

    /// <summary>Milliseconds since the Unix epoch.</summary>
    public ulong PublishedAt { get; set; }

    /// <summary>The message inside.</summary>
    public ReadOnlySpan<byte> Payload { get; set; }
}
