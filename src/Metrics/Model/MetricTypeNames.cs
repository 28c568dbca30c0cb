namespace DynamoAspire.Metrics.Model;

/// <summary>The words for types on <c># TYPE</c> lines.</summary>
internal static class MetricTypeNames
{
    /// <summary>Reads a word of either format, case as OpenMetrics demands (lower). <c>untyped</c> and <c>unknown</c> are one.</summary>
    internal static bool TryParse(ReadOnlySpan<byte> word, out MetricType type)
    {
        type = MetricType.Unknown;
        switch (word.Length)
        {
            case 4 when word.SequenceEqual("info"u8):
                type = MetricType.Info;
                return true;
            case 5 when word.SequenceEqual("gauge"u8):
                type = MetricType.Gauge;
                return true;
            case 7 when word.SequenceEqual("counter"u8):
                type = MetricType.Counter;
                return true;
            case 7 when word.SequenceEqual("summary"u8):
                type = MetricType.Summary;
                return true;
            case 7:
                return word.SequenceEqual("untyped"u8) || word.SequenceEqual("unknown"u8);
            case 8 when word.SequenceEqual("stateset"u8):
                type = MetricType.StateSet;
                return true;
            case 9 when word.SequenceEqual("histogram"u8):
                type = MetricType.Histogram;
                return true;
            case 14 when word.SequenceEqual("gaugehistogram"u8):
                type = MetricType.GaugeHistogram;
                return true;
            default:
                return false;
        }
    }

    /// <summary>Word of OpenMetrics 1.0.</summary>
    internal static ReadOnlySpan<byte> OpenMetrics(MetricType type) => type switch
    {
        MetricType.Counter => "counter"u8,
        MetricType.Gauge => "gauge"u8,
        MetricType.Histogram => "histogram"u8,
        MetricType.Summary => "summary"u8,
        MetricType.GaugeHistogram => "gaugehistogram"u8,
        MetricType.Info => "info"u8,
        MetricType.StateSet => "stateset"u8,
        _ => "unknown"u8,
    };

    /// <summary>Word of text 0.0.4, which has no info, stateset and gauge histogram: those become the nearest it has.</summary>
    internal static ReadOnlySpan<byte> Text(MetricType type) => type switch
    {
        MetricType.Counter => "counter"u8,
        MetricType.Gauge or MetricType.Info or MetricType.StateSet => "gauge"u8,
        MetricType.Histogram or MetricType.GaugeHistogram => "histogram"u8,
        MetricType.Summary => "summary"u8,
        _ => "untyped"u8,
    };
}
