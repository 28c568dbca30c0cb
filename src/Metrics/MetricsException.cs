namespace DynamoAspire.Metrics;

/// <summary>Base of the exceptions of this library. Bad input from outside is reported as a status, never by an exception.</summary>
public class MetricsException : Exception
{
    /// <summary>Makes one.</summary>
    public MetricsException()
    {
    }

    /// <summary>Makes one with a message.</summary>
    public MetricsException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with a message and a cause.</summary>
    public MetricsException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
