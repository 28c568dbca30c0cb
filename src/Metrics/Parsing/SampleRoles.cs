using DynamoAspire.Metrics.Model;

namespace DynamoAspire.Metrics.Parsing;

/// <summary>Which sample has which role.</summary>
internal static class SampleRoles
{
    /// <summary>Role of a sample whose name is the family's with this suffix; none if the type has no such samples.</summary>
    internal static SampleRole Of(MetricType type, ReadOnlySpan<byte> suffix, bool openMetrics)
    {
        if (suffix.IsEmpty)
        {
            return type switch
            {
                MetricType.Unknown or MetricType.Gauge => SampleRole.Value,
                MetricType.Summary => SampleRole.Quantile,
                MetricType.StateSet => SampleRole.State,
                MetricType.Counter when !openMetrics => SampleRole.Total,
                _ => openMetrics ? SampleRole.None : SampleRole.Value,
            };
        }

        // Text 0.0.4 has _created as families of their own.
        return type switch
        {
            MetricType.Counter when openMetrics => suffix.SequenceEqual("_total"u8) ? SampleRole.Total : Created(suffix),
            MetricType.Histogram => suffix.SequenceEqual("_bucket"u8) ? SampleRole.Bucket : CountSum(suffix, openMetrics),
            MetricType.Summary => CountSum(suffix, openMetrics),
            MetricType.GaugeHistogram => suffix.SequenceEqual("_bucket"u8) ? SampleRole.Bucket
                : suffix.SequenceEqual("_gcount"u8) ? SampleRole.Count
                : suffix.SequenceEqual("_gsum"u8) ? SampleRole.GaugeSum : SampleRole.None,
            MetricType.Info when openMetrics && suffix.SequenceEqual("_info"u8) => SampleRole.Info,
            _ => SampleRole.None,
        };
    }

    private static SampleRole CountSum(ReadOnlySpan<byte> suffix, bool openMetrics) =>
        suffix.SequenceEqual("_sum"u8) ? SampleRole.Sum
        : suffix.SequenceEqual("_count"u8) ? SampleRole.Count
        : openMetrics ? Created(suffix) : SampleRole.None;

    private static SampleRole Created(ReadOnlySpan<byte> suffix) => suffix.SequenceEqual("_created"u8) ? SampleRole.Created : SampleRole.None;
}
