namespace DynamoAspire.KvEvents.Accounting;

/// <summary>Counts by upper bounds.</summary>
/// <param name="Bounds">Upper bounds, ascending; one more bucket without a bound follows.</param>
/// <param name="Counts">Count of each bucket alone, not cumulated.</param>
/// <param name="Sum">Sum of what was observed.</param>
public sealed record KvHistogram(IReadOnlyList<double> Bounds, IReadOnlyList<long> Counts, double Sum)
{
    /// <summary>Everything observed.</summary>
    public long Count => Counts.Sum();

    internal sealed class Builder(double[] bounds)
    {
        private readonly long[] _counts = new long[bounds.Length + 1];
        private double _sum;

        public void Observe(double value)
        {
            var at = Array.BinarySearch(bounds, value);
            _counts[at < 0 ? ~at : at]++;
            _sum += value;
        }

        public KvHistogram Build() => new(bounds, [.. _counts], _sum);
    }
}
