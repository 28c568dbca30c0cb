namespace DynamoAspire.Metrics.Model;

/// <summary>The suffixes with which samples of a type follow the name of their family.</summary>
internal static class MetricSuffixes
{
    private static readonly byte[] s_total = "_total"u8.ToArray();
    private static readonly byte[] s_created = "_created"u8.ToArray();
    private static readonly byte[] s_bucket = "_bucket"u8.ToArray();
    private static readonly byte[] s_count = "_count"u8.ToArray();
    private static readonly byte[] s_sum = "_sum"u8.ToArray();
    private static readonly byte[] s_info = "_info"u8.ToArray();
    private static readonly byte[] s_gaugeCount = "_gcount"u8.ToArray();
    private static readonly byte[] s_gaugeSum = "_gsum"u8.ToArray();

    private static readonly byte[][] s_ofCounter = [s_total, s_created];
    private static readonly byte[][] s_ofHistogram = [s_bucket, s_count, s_sum, s_created];
    private static readonly byte[][] s_ofSummary = [s_count, s_sum, s_created];
    private static readonly byte[][] s_ofGaugeHistogram = [s_bucket, s_gaugeCount, s_gaugeSum];
    private static readonly byte[][] s_ofInfo = [s_info];

    /// <summary>All suffixes of the type in OpenMetrics.</summary>
    internal static ReadOnlySpan<byte[]> Of(MetricType type) => type switch
    {
        MetricType.Counter => s_ofCounter,
        MetricType.Histogram => s_ofHistogram,
        MetricType.Summary => s_ofSummary,
        MetricType.GaugeHistogram => s_ofGaugeHistogram,
        MetricType.Info => s_ofInfo,
        _ => default,
    };

    /// <summary>Whether the type keeps its start time in samples of their own.</summary>
    internal static bool HasCreated(MetricType type) => type is MetricType.Counter or MetricType.Histogram or MetricType.Summary;
}
