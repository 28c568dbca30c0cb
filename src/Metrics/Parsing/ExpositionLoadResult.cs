namespace DynamoAspire.Metrics.Parsing;

/// <summary>How loading a body went.</summary>
/// <param name="Succeeded">Whether the snapshot holds the body. After a failure it is empty.</param>
/// <param name="Error">The error that failed it, or in lenient mode the first that was skipped.</param>
/// <param name="Samples">Samples in the snapshot.</param>
/// <param name="SkippedLines">Lines left out in lenient mode.</param>
public readonly record struct ExpositionLoadResult(bool Succeeded, ExpositionError Error, int Samples, int SkippedLines);
