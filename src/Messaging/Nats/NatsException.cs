namespace DynamoAspire.Messaging.Nats;

/// <summary>What went wrong with NATS.</summary>
public enum NatsError
{
    /// <summary>Anything not listed.</summary>
    Unknown = 0,

    /// <summary>The connection is away or was never made.</summary>
    Disconnected,

    /// <summary>Nobody listens on the subject.</summary>
    NoResponders,

    /// <summary>No answer in time.</summary>
    Timeout,

    /// <summary>The server refused the credentials.</summary>
    Authorization,

    /// <summary>A subject, header or option is not valid.</summary>
    Invalid,

    /// <summary>The payload is larger than the server accepts.</summary>
    TooLarge,

    /// <summary>The connection was disposed.</summary>
    Closed,

    /// <summary>The native library is missing or too old; the message names the package.</summary>
    LibraryMissing,

    /// <summary>JetStream answered with an error; see <see cref="NatsException.Code"/>.</summary>
    JetStream,
}

/// <summary>The one exception family of the NATS side.</summary>
public sealed class NatsException : Exception
{
    /// <summary>Makes one.</summary>
    public NatsException(NatsError error, string message, Exception? inner = null, int code = 0)
        : base(message, inner)
    {
        Error = error;
        Code = code;
    }

    /// <summary>What went wrong.</summary>
    public NatsError Error { get; }

    /// <summary>JetStream <c>err_code</c>, or 0.</summary>
    public int Code { get; }
}
