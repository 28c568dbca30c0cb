namespace DynamoAspire.Metrics.Registry;

/// <summary>What a definition makes: the kind of handle, and whether there is one of it or one per set of label values.</summary>
public enum MetricKind
{
    /// <summary>A counter of any numbers.</summary>
    Counter,

    /// <summary>Counters of any numbers, by label values.</summary>
    CounterVector,

    /// <summary>A gauge of any numbers.</summary>
    Gauge,

    /// <summary>Gauges of any numbers, by label values.</summary>
    GaugeVector,

    /// <summary>A histogram.</summary>
    Histogram,

    /// <summary>Histograms, by label values.</summary>
    HistogramVector,

    /// <summary>A counter of whole numbers.</summary>
    IntCounter,

    /// <summary>Counters of whole numbers, by label values.</summary>
    IntCounterVector,

    /// <summary>A gauge of whole numbers.</summary>
    IntGauge,

    /// <summary>Gauges of whole numbers, by label values.</summary>
    IntGaugeVector,
}
