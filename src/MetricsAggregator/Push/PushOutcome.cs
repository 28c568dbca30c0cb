namespace DynamoAspire.MetricsAggregator.Push;

/// <summary>What became of a push.</summary>
internal enum PushOutcome
{
    Taken,
    Malformed,
    TooLarge,
    TooManyJobs,

    /// <summary>It does not come from a local process.</summary>
    Refused,
}
