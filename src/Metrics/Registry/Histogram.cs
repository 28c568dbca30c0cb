using DynamoAspire.Metrics.Model;

namespace DynamoAspire.Metrics.Registry;

/// <summary>Counts observations per bucket. Thread-safe and lock-free; a scrape during observations may be one ahead in the buckets or in the sum.</summary>
public sealed class Histogram : Metric
{
    private readonly double[] _bounds;
    private readonly Series[] _bucketSeries;
    private readonly Series _countSeries;
    private readonly Series _sumSeries;
    private readonly long[] _counts;
    private AtomicDouble _sum;

    internal Histogram(double[] bounds, Series[] bucketSeries, Series countSeries, Series sumSeries)
    {
        _bounds = bounds;
        _bucketSeries = bucketSeries;
        _countSeries = countSeries;
        _sumSeries = sumSeries;
        _counts = new long[bounds.Length];
    }

    /// <summary>Number of observations.</summary>
    public long Count
    {
        get
        {
            long count = 0;
            for (var i = 0; i < _counts.Length; i++)
            {
                count += Volatile.Read(ref _counts[i]);
            }

            return count;
        }
    }

    /// <summary>Sum of observations.</summary>
    public double Sum => _sum.Value;

    /// <summary>Counts one observation. A NaN counts in no bucket but the last and makes the sum NaN, as in Prometheus' clients.</summary>
    public void Observe(double value)
    {
        // A linear walk beats a binary search for the two or three dozen bounds that are usual.
        var index = 0;
        while (index < _bounds.Length - 1 && !(value <= _bounds[index]))
        {
            index++;
        }

        Interlocked.Increment(ref _counts[index]);
        _sum.Add(value);
    }

    /// <summary>Counts a duration in seconds.</summary>
    public void Observe(TimeSpan duration) => Observe(duration.TotalSeconds);

    internal override void Fill(MetricSnapshot destination)
    {
        long running = 0;
        for (var i = 0; i < _bounds.Length; i++)
        {
            running += Volatile.Read(ref _counts[i]);
            destination.Add(_bucketSeries[i], running);
        }

        destination.Add(_sumSeries, _sum.Value);
        destination.Add(_countSeries, running);
    }
}
