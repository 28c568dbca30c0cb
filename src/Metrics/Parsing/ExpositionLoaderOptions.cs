namespace DynamoAspire.Metrics.Parsing;

/// <summary>How bodies become snapshots.</summary>
public sealed record ExpositionLoaderOptions
{
    /// <summary>The defaults: lenient, no labels added.</summary>
    public static ExpositionLoaderOptions Default { get; } = new();

    /// <summary>Whether the first error fails the body. Otherwise the line is left out and counted; a breach of a limit fails the body either way.</summary>
    public bool Strict { get; init; }

    /// <summary>Labels added to every series. <c>le</c> and <c>quantile</c> are refused.</summary>
    public IReadOnlyList<(string Name, string Value)> Labels { get; init; } = [];

    /// <summary>Whether a label that a series carries itself stands against an added one of that name. Otherwise the added one stands and the other is renamed to <c>exported_…</c>, as in Prometheus.</summary>
    public bool HonorLabels { get; init; } = true;

    /// <summary>Bounds on a body.</summary>
    public ExpositionLimits Limits { get; init; } = ExpositionLimits.Default;
}
