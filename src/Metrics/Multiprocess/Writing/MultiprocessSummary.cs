namespace DynamoAspire.Metrics.Multiprocess.Writing;

/// <summary>A summary in the directory: count and sum. Thread-safe.</summary>
public sealed class MultiprocessSummary
{
    private readonly MultiprocessFile _file;
    private readonly int _count;
    private readonly int _sum;

    internal MultiprocessSummary(MultiprocessFile file, int count, int sum)
    {
        _file = file;
        _count = count;
        _sum = sum;
    }

    /// <summary>Counts one observation.</summary>
    public void Observe(double value)
    {
        _file.Add(_count, 1);
        _file.Add(_sum, value);
    }
}
