namespace DynamoAspire.Messaging.JetStream;

/// <summary>How to fetch.</summary>
public sealed record FetchOptions
{
    /// <summary>The defaults.</summary>
    public static FetchOptions Default { get; } = new();

    /// <summary>Most messages.</summary>
    public int Batch { get; init; } = 256;

    /// <summary>How long to wait for the batch to fill up; what is there by then is returned.</summary>
    public TimeSpan Expires { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Whether to return with what the stream has now.</summary>
    public bool NoWait { get; init; }

    /// <summary>Whether to return as soon as there is at least one message and no other one waits here, instead of waiting for a full batch.
    /// The request stays open at the server and the next fetch goes on with it.</summary>
    public bool ReturnEarly { get; init; } = true;
}
