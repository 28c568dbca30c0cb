namespace DynamoAspire.Messaging.JetStream;

/// <summary>What became of a published message.</summary>
/// <param name="Status">Its fate.</param>
/// <param name="Stream">Stream that stored it, or null.</param>
/// <param name="Sequence">Sequence it has there, or 0.</param>
/// <param name="Duplicate">Whether the stream had a message of the same id already; <paramref name="Sequence"/> is that one's.</param>
/// <param name="ErrorCode">JetStream's <c>err_code</c>, or 0.</param>
/// <param name="Error">JetStream's words, or null.</param>
public readonly record struct JetStreamAck(JetStreamAckStatus Status, string? Stream, ulong Sequence, bool Duplicate, int ErrorCode, string? Error);

/// <summary>Fate of a published message.</summary>
public enum JetStreamAckStatus
{
    /// <summary>In the stream, or there already.</summary>
    Stored = 0,

    /// <summary>JetStream refused it.</summary>
    Error,

    /// <summary>No answer in time: it may or may not be stored. Publishing it again with the same id is safe.</summary>
    Timeout,

    /// <summary>No stream takes the subject.</summary>
    NoResponders,

    /// <summary>The connection was lost before the answer: it may or may not be stored. Publishing it again with the same id is safe.</summary>
    Disconnected,

    /// <summary>The publisher was disposed before the answer.</summary>
    Closed,
}

/// <summary>Told of the fate of messages.</summary>
public interface IJetStreamAckHandler
{
    /// <summary>Called exactly once for each message that was accepted, on a thread of the connection: be quick, do not block.</summary>
    /// <param name="token">What was given with the message.</param>
    /// <param name="ack">Its fate.</param>
    void OnAck(long token, in JetStreamAck ack);
}
