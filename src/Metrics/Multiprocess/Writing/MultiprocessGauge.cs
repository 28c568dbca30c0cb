namespace DynamoAspire.Metrics.Multiprocess.Writing;

/// <summary>A gauge in the directory. Thread-safe.</summary>
public sealed class MultiprocessGauge
{
    private readonly MultiprocessWriter _writer;
    private readonly MultiprocessFile _file;
    private readonly int _offset;
    private readonly bool _isMostRecent;

    internal MultiprocessGauge(MultiprocessWriter writer, MultiprocessFile file, int offset, bool isMostRecent)
    {
        _writer = writer;
        _file = file;
        _offset = offset;
        _isMostRecent = isMostRecent;
    }

    /// <summary>Value of this process.</summary>
    public double Value => _file.Read(_offset);

    /// <summary>Sets the value, in the most-recent modes with the time of now.</summary>
    public void Set(double value)
    {
        var timestamp = _isMostRecent ? (_writer.TimeProvider.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds : 0;
        _file.Set(_offset, value, timestamp);
    }

    /// <summary>Adds an amount.</summary>
    /// <exception cref="InvalidOperationException">The mode is a most-recent one: a sum has no time.</exception>
    public void Inc(double amount = 1)
    {
        ThrowIfMostRecent("inc");
        _file.Add(_offset, amount);
    }

    /// <summary>Subtracts an amount.</summary>
    /// <exception cref="InvalidOperationException">The mode is a most-recent one: a sum has no time.</exception>
    public void Dec(double amount = 1)
    {
        ThrowIfMostRecent("dec");
        _file.Add(_offset, -amount);
    }

    private void ThrowIfMostRecent(string operation)
    {
        if (_isMostRecent)
        {
            throw new InvalidOperationException($"{operation} must not be used with the mostrecent mode");
        }
    }
}
