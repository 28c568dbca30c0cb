namespace DynamoAspire.Messaging.JetStream;

/// <summary>Bounds of a publisher.</summary>
public sealed record JetStreamPublisherOptions
{
    /// <summary>The defaults.</summary>
    public static JetStreamPublisherOptions Default { get; } = new();

    /// <summary>Most messages that may await their fate.</summary>
    public int MaxInFlight { get; init; } = 4_096;

    /// <summary>How long an acknowledgement may take. Checked every quarter of it, at most every 250 ms.</summary>
    public TimeSpan AckTimeout { get; init; } = TimeSpan.FromSeconds(5);
}
