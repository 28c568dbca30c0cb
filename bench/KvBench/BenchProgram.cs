namespace DynamoAspire.KvBench;

/// <summary>One measurement that stands side by side with its yardstick in one run.</summary>
/// <param name="Name">What is typed to run it.</param>
/// <param name="Summary">One line for the listing.</param>
/// <param name="Run">Prints its table; takes the words after the name; returns the process's exit code (0 bars met, 1 missed, 2 wrong use).</param>
internal sealed record BenchProgram(string Name, string Summary, Func<string[], Task<int>> Run);
