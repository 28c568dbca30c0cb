namespace DynamoAspire.Messaging.JetStream;

/// <summary>How JetStream is addressed.</summary>
public sealed record JetStreamOptions
{
    /// <summary>The defaults.</summary>
    public static JetStreamOptions Default { get; } = new();

    /// <summary>JetStream domain, or null; sets the prefix to <c>$JS.{domain}.API</c>.</summary>
    public string? Domain { get; init; }

    /// <summary>Time limit of one call of the API.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Prefix of the API's subjects.</summary>
    public string ApiPrefix => Domain is null ? "$JS.API" : $"$JS.{Domain}.API";
}
