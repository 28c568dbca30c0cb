namespace DynamoAspire.StatPublisher.Loads;

/// <summary>Times of a <see cref="LoadDebouncer"/>.</summary>
internal sealed record LoadDebouncerOptions
{
    /// <summary>Quiet time before a change is published.</summary>
    public required TimeSpan Window { get; init; }

    /// <summary>Longest time a change is held back.</summary>
    public required TimeSpan MaxWait { get; init; }

    /// <summary>Time after which an unchanged load is published again.</summary>
    public required TimeSpan Heartbeat { get; init; }

    /// <summary>Time after which a publish that failed is tried again; the return of the connection comes first as a rule.</summary>
    public TimeSpan Retry { get; init; } = TimeSpan.FromSeconds(1);
}
