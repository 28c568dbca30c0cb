using DynamoAspire.Metrics.Registry;

namespace DynamoAspire.EngineSimulator.Metering;

/// <summary>vLLM's histogram bounds (vllm/v1/metrics/loggers.py).</summary>
internal static class VllmBuckets
{
    public static IReadOnlyList<double> TimeToFirstToken { get; } =
        [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160, 640, 2_560];

    public static IReadOnlyList<double> InterToken { get; } = [0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80];

    public static IReadOnlyList<double> Latency { get; } =
        [0.3, 0.5, 0.8, 1, 1.5, 2, 2.5, 5, 10, 15, 20, 30, 40, 50, 60, 120, 240, 480, 960, 1_920, 7_680];

    public static IReadOnlyList<double> IterationTokens { get; } = [1, 8, 16, 32, 64, 128, 256, 512, 1_024, 2_048, 4_096, 8_192, 16_384];

    public static IReadOnlyList<double> ParallelSamples { get; } = [1, 2, 5, 10, 20];

    /// <summary>Token counts, up to the model's length.</summary>
    public static IReadOnlyList<double> Tokens(int maxModelLength) => HistogramBuckets.OneTwoFive(maxModelLength);
}
