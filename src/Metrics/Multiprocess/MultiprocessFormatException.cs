namespace DynamoAspire.Metrics.Multiprocess;

/// <summary>A file that is to be continued is not one of this format.</summary>
public sealed class MultiprocessFormatException : MetricsException
{
    /// <summary>Makes one.</summary>
    public MultiprocessFormatException()
    {
    }

    /// <summary>Makes one with a message.</summary>
    public MultiprocessFormatException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with a message and a cause.</summary>
    public MultiprocessFormatException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
