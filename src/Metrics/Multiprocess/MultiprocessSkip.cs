namespace DynamoAspire.Metrics.Multiprocess;

/// <summary>One file that is missing, wholly or in part, from the last collection.</summary>
/// <param name="File">Its name in the directory.</param>
/// <param name="Reason">Why.</param>
public readonly record struct MultiprocessSkip(string File, MultiprocessSkipReason Reason);
