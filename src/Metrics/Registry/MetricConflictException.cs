namespace DynamoAspire.Metrics.Registry;

/// <summary>A metric cannot be registered beside one that exists. Names the family and both owners.</summary>
public sealed class MetricConflictException : MetricsException
{
    /// <summary>Makes one.</summary>
    public MetricConflictException()
    {
    }

    /// <summary>Makes one with a message.</summary>
    public MetricConflictException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with a message and a cause.</summary>
    public MetricConflictException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    internal MetricConflictException(string family, string reason, string existingOwner, string newOwner)
        : base($"Metric '{family}' of '{newOwner}' clashes with the one of '{existingOwner}': {reason}.")
    {
        Family = family;
        ExistingOwner = existingOwner;
        NewOwner = newOwner;
    }

    /// <summary>Family in question.</summary>
    public string Family { get; } = "";

    /// <summary>Who registered it first.</summary>
    public string ExistingOwner { get; } = "";

    /// <summary>Who tried to register it now.</summary>
    public string NewOwner { get; } = "";
}
