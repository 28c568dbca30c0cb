using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Writing;

namespace DynamoAspire.Metrics.Parsing;

/// <summary>What a strict reading demands of the labels that belong to a role: <c>le</c> of buckets, <c>quantile</c> of summaries, the state of state sets.</summary>
internal static class SeriesRules
{
    /// <summary>Looks at the labels once, when the series is first seen in this role; leaves bound and group in it.</summary>
    internal static ExpositionErrorReason Check(KnownSeries series, SampleRole role, ReadOnlySpan<byte> family, LabelReader labels, bool openMetrics)
    {
        if (role != SampleRole.State)
        {
            series.Group = series.Series.Group;
        }

        switch (role)
        {
            case SampleRole.Bucket:
                return TryReadBound(labels, "le"u8, openMetrics, out var bound) ? Keep(series, bound) : ExpositionErrorReason.InvalidLe;
            case SampleRole.Quantile:
                return TryReadBound(labels, "quantile"u8, openMetrics, out var quantile) && quantile is >= 0 and <= 1 ? Keep(series, quantile) : ExpositionErrorReason.InvalidQuantile;
            case SampleRole.State:
                return TryReadState(series, family, labels) ? ExpositionErrorReason.None : ExpositionErrorReason.MissingState;
            default:
                return ExpositionErrorReason.None;
        }
    }

    private static ExpositionErrorReason Keep(KnownSeries series, double bound)
    {
        series.Bound = bound;
        return ExpositionErrorReason.None;
    }

    private static bool TryReadBound(LabelReader labels, ReadOnlySpan<byte> name, bool canonical, out double bound)
    {
        bound = double.NaN;
        while (labels.Read())
        {
            if (labels.Name.SequenceEqual(name))
            {
                return NumberText.TryParse(labels.RawValue, out bound) && !double.IsNaN(bound) && (!canonical || IsCanonical(labels.RawValue, bound));
            }
        }

        return false;
    }

    /// <summary>
    /// Of the numbers whose writing OpenMetrics fixes (0 to 10 in thousandths, powers of ten from 1e-10 to 1e+10, +Inf) only that writing will do; of others any.
    /// </summary>
    private static bool IsCanonical(ReadOnlySpan<byte> text, double value)
    {
        var fixedText = double.IsPositiveInfinity(value)
            || (value is >= 0 and <= 10 && Math.Round(value * 1000) / 1000 == value)
            || (value is >= 1e-10 and <= 1e10 && NumberText.IsPowerOfTen(value));
        if (!fixedText)
        {
            return true;
        }

        Span<byte> canonical = stackalloc byte[MetricNumber.MaxLength];
        return text.SequenceEqual(canonical[..MetricNumber.Format(value, canonical)]);
    }

    private static bool TryReadState(KnownSeries series, ReadOnlySpan<byte> family, LabelReader labels)
    {
        var found = false;
        ulong group = 1469598103934665603;
        while (labels.Read())
        {
            if (labels.Name.SequenceEqual(family))
            {
                found = true;
                continue;
            }

            // Order does not matter: the labels of one metric may stand in any.
            group += (((ulong)(uint)Utf8Hash.Compute(labels.Name) << 32) | (uint)Utf8Hash.Compute(labels.RawValue)) * 0x9E37_79B9_7F4A_7C15;
        }

        series.Group = group | 1;
        return found;
    }
}
