namespace DynamoAspire.Metrics.Parsing;

/// <summary>Bounds on one body, with Prometheus' meaning: a breach fails the whole scrape. Zero is no limit.</summary>
public sealed record ExpositionLimits
{
    /// <summary>The defaults, all finite.</summary>
    public static ExpositionLimits Default { get; } = new();

    /// <summary>No limits, for files that the user names.</summary>
    public static ExpositionLimits None { get; } = new() { BodySize = 0, Samples = 0, Labels = 0, LabelNameLength = 0, LabelValueLength = 0 };

    /// <summary><c>body_size_limit</c>: uncompressed bytes.</summary>
    public long BodySize { get; init; } = 64 * 1024 * 1024;

    /// <summary><c>sample_limit</c>.</summary>
    public int Samples { get; init; } = 250_000;

    /// <summary>
    /// <c>label_limit</c>: labels of one sample as it is kept: its name, which is the label <c>__name__</c>, its own labels with a value, and those that are added to it
    /// (<see cref="ExpositionLoaderOptions.Labels"/>).
    /// </summary>
    public int Labels { get; init; } = 64;

    /// <summary><c>label_name_length_limit</c>: bytes. <c>__name__</c> itself is not measured.</summary>
    public int LabelNameLength { get; init; } = 256;

    /// <summary><c>label_value_length_limit</c>: bytes of a value or of the name, without the backslashes of escapes.</summary>
    public int LabelValueLength { get; init; } = 4096;
}
