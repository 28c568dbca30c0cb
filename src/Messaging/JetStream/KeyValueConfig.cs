namespace DynamoAspire.Messaging.JetStream;

/// <summary>Configuration of a key-value bucket.</summary>
public sealed record KeyValueConfig
{
    /// <summary>Name: letters, digits, <c>-</c> and <c>_</c>.</summary>
    public required string Bucket { get; init; }

    /// <summary>Values kept per key, 1 to 64.</summary>
    public int History { get; init; } = 1;

    /// <summary>Longest time a value is kept; zero for ever.</summary>
    public TimeSpan MaxAge { get; init; }

    /// <summary>Most bytes of the bucket; -1 for no limit.</summary>
    public long MaxBytes { get; init; } = -1;

    /// <summary>Where values are kept.</summary>
    public StreamStorage Storage { get; init; } = StreamStorage.File;

    /// <summary>Copies in a cluster.</summary>
    public int Replicas { get; init; } = 1;
}
