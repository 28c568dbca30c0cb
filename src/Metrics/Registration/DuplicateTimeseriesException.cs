namespace DynamoAspire.Metrics.Registration;

/// <summary>A directory holds families that are registered in memory too: both would print them.</summary>
public sealed class DuplicateTimeseriesException : MetricsException
{
    /// <summary>Makes one.</summary>
    public DuplicateTimeseriesException()
    {
    }

    /// <summary>Makes one with a message.</summary>
    public DuplicateTimeseriesException(string message)
        : base(message)
    {
    }

    /// <summary>Makes one with a message and a cause.</summary>
    public DuplicateTimeseriesException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    internal DuplicateTimeseriesException(IReadOnlyList<string> duplicates)
        : base($"Duplicated timeseries in CollectorRegistry: {{{string.Join(", ", duplicates.Select(d => $"'{d}'"))}}}") => Duplicates = duplicates;

    /// <summary>The names in question, sorted; those that a family's type adds (<c>_total</c>, <c>_bucket</c>, …) included.</summary>
    public IReadOnlyList<string> Duplicates { get; } = [];
}
