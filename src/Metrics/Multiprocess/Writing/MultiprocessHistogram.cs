namespace DynamoAspire.Metrics.Multiprocess.Writing;

/// <summary>A histogram in the directory. Thread-safe.</summary>
public sealed class MultiprocessHistogram
{
    private readonly MultiprocessFile _file;
    private readonly int _sum;
    private readonly double[] _bounds;
    private readonly int[] _counts;

    internal MultiprocessHistogram(MultiprocessFile file, int sum, double[] bounds, int[] counts)
    {
        _file = file;
        _sum = sum;
        _bounds = bounds;
        _counts = counts;
    }

    /// <summary>Counts one observation.</summary>
    public void Observe(double value)
    {
        _file.Add(_sum, value);
        for (var i = 0; i < _bounds.Length; i++)
        {
            if (value <= _bounds[i])
            {
                _file.Add(_counts[i], 1);
                return;
            }
        }
    }
}
