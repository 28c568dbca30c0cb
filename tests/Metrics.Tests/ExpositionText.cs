using System.Buffers;
using System.Text;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Writing;

namespace DynamoAspire.Metrics.Tests;

internal static class ExpositionText
{
    internal static string Of(IMetricSource source, ExpositionFormat format = ExpositionFormat.Text)
    {
        var snapshot = new MetricSnapshot();
        source.Collect(snapshot);
        return Of(snapshot, format);
    }

    internal static string Of(MetricSnapshot snapshot, ExpositionFormat format = ExpositionFormat.Text)
    {
        var output = new ArrayBufferWriter<byte>();
        ExpositionWriter.Write(snapshot, format, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
