namespace DynamoAspire.Messaging.JetStream;

/// <summary><c>err_code</c>s of JetStream that callers tell apart (nats-server: server/errors.json).</summary>
public static class JetStreamErrorCodes
{
    /// <summary>The consumer is not there.</summary>
    public const int ConsumerNotFound = 10014;

    /// <summary>No message matches.</summary>
    public const int NoMessageFound = 10037;

    /// <summary>A stream of that name exists with another configuration.</summary>
    public const int StreamNameInUse = 10058;

    /// <summary>The stream is not there.</summary>
    public const int StreamNotFound = 10059;

    /// <summary>The subject's last sequence is not the expected one.</summary>
    public const int WrongLastSequence = 10071;
}
