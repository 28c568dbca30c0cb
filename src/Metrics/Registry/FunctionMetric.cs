using DynamoAspire.Metrics.Model;

namespace DynamoAspire.Metrics.Registry;

/// <summary>A value that somebody else keeps and that is read when the registry is collected. A function that throws reports nothing this time.</summary>
internal sealed class FunctionMetric(Series series, Func<double> read, MetricRegistry registry) : Metric
{
    internal override void Fill(MetricSnapshot destination)
    {
        double value;
        try
        {
            value = read();
        }
        catch (Exception e)
        {
            // One broken reader must not lose the scrape.
            registry.Report(series.ToString(), CallbackFailureReason.FunctionFailed, error: e);
            return;
        }

        destination.Add(series, value);
    }
}
