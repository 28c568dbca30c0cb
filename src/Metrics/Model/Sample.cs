namespace DynamoAspire.Metrics.Model;

/// <summary>One value of one series.</summary>
/// <param name="Series">Which series.</param>
/// <param name="Value">Its value.</param>
/// <param name="Timestamp">Unix milliseconds, or <see cref="NoTimestamp"/>.</param>
/// <param name="Exemplar">An example behind it; printed in OpenMetrics only.</param>
public readonly record struct Sample(Series Series, double Value, long Timestamp = Sample.NoTimestamp, Exemplar? Exemplar = null)
{
    /// <summary>Marks a sample without a time of its own; such a sample is as old as its scrape.</summary>
    public const long NoTimestamp = long.MinValue;

    /// <summary>Whether it carries a time of its own.</summary>
    public bool HasTimestamp => Timestamp != NoTimestamp;
}
