namespace DynamoAspire.Metrics.Model;

/// <summary>Type of a metric family; the words are those of OpenMetrics. <c>untyped</c> of the older text format is <see cref="Unknown"/>.</summary>
public enum MetricType
{
    /// <summary>Nothing is known of its meaning.</summary>
    Unknown,

    /// <summary>Only grows, except at a restart.</summary>
    Counter,

    /// <summary>Goes up and down.</summary>
    Gauge,

    /// <summary>Cumulative buckets, count and sum.</summary>
    Histogram,

    /// <summary>Quantiles, count and sum.</summary>
    Summary,

    /// <summary>A histogram of current values.</summary>
    GaugeHistogram,

    /// <summary>Constant facts as labels, value 1.</summary>
    Info,

    /// <summary>A set of booleans.</summary>
    StateSet,
}
