namespace DynamoAspire.Metrics.Model;

/// <summary>A header and its samples. Valid until the snapshot it came from is filled again.</summary>
public readonly ref struct MetricFamily
{
    internal MetricFamily(FamilyHeader header, ReadOnlySpan<Sample> samples)
    {
        Header = header;
        Samples = samples;
    }

    /// <summary>Name, type, help.</summary>
    public FamilyHeader Header { get; }

    /// <summary>Samples in the order in which they are written.</summary>
    public ReadOnlySpan<Sample> Samples { get; }
}
