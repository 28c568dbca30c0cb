namespace DynamoAspire.Metrics.Multiprocess;

/// <summary>First part of a file's name: what kind of metrics it holds.</summary>
public enum MultiprocessType
{
    /// <summary><c>counter_&lt;id&gt;.db</c>.</summary>
    Counter,

    /// <summary><c>gauge_&lt;mode&gt;_&lt;id&gt;.db</c>.</summary>
    Gauge,

    /// <summary><c>histogram_&lt;id&gt;.db</c>.</summary>
    Histogram,

    /// <summary><c>summary_&lt;id&gt;.db</c>.</summary>
    Summary,
}
