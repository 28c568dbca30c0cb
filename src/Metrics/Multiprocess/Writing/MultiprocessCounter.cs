namespace DynamoAspire.Metrics.Multiprocess.Writing;

/// <summary>A counter in the directory. Thread-safe.</summary>
public sealed class MultiprocessCounter
{
    private readonly MultiprocessFile _file;
    private readonly int _offset;

    internal MultiprocessCounter(MultiprocessFile file, int offset)
    {
        _file = file;
        _offset = offset;
    }

    /// <summary>Total of this process.</summary>
    public double Value => _file.Read(_offset);

    /// <summary>Adds an amount.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative or not a number.</exception>
    public void Inc(double amount = 1)
    {
        if (!(amount >= 0))
        {
            throw new ArgumentOutOfRangeException(nameof(amount), amount, "A counter only grows.");
        }

        _file.Add(_offset, amount);
    }
}
