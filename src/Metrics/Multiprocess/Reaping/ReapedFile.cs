namespace DynamoAspire.Metrics.Multiprocess.Reaping;

/// <summary>One file, and what became of it.</summary>
/// <param name="File">Its name in the directory.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Bytes">Bytes of disk that it took.</param>
public readonly record struct ReapedFile(string File, ReapOutcome Outcome, long Bytes);
