namespace DynamoAspire.Metrics.Registry;

/// <summary>Upper bounds for histograms, without the last one, <c>+Inf</c>, which is always there.</summary>
public static class HistogramBuckets
{
    /// <summary>The defaults of Prometheus' clients, for seconds of request handling.</summary>
    public static IReadOnlyList<double> Default { get; } = [.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10];

    /// <summary>Bounds from one microsecond, for look-ups in memory: the defaults would put all of them into the first bucket.</summary>
    public static IReadOnlyList<double> SubMillisecond { get; } =
        [1e-6, 2.5e-6, 5e-6, 1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, .01, .025, .05, .1, .25, 1];

    /// <summary>1, 2, 5, 10, 20, 50 … while at most <paramref name="maximum"/>: how vLLM sizes token counts.</summary>
    public static IReadOnlyList<double> OneTwoFive(double maximum)
    {
        var bounds = new List<double>();
        for (var power = 1.0; ; power *= 10)
        {
            foreach (var mantissa in (ReadOnlySpan<double>)[1, 2, 5])
            {
                if (mantissa * power > maximum)
                {
                    return bounds;
                }

                bounds.Add(mantissa * power);
            }
        }
    }

    /// <summary>Checks and copies bounds: finite or a last <c>+Inf</c>, strictly ascending; the result always ends in <c>+Inf</c>.</summary>
    internal static double[] Normalise(IEnumerable<double>? bounds)
    {
        double[] result = [.. bounds ?? Default];
        for (var i = 0; i < result.Length; i++)
        {
            if (double.IsNaN(result[i]) || (i > 0 && result[i] <= result[i - 1]))
            {
                throw new ArgumentException("Bucket bounds must be numbers in strictly ascending order.", nameof(bounds));
            }
        }

        return result.Length > 0 && double.IsPositiveInfinity(result[^1]) ? result : [.. result, double.PositiveInfinity];
    }
}
