using System.Buffers;
using System.Text;
using DynamoAspire.Metrics.Merging;
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

    /// <summary>The snapshot as the one source of a merge, which gives start times to their families.</summary>
    internal static MetricSnapshot Merged(MetricSnapshot snapshot)
    {
        var merge = new FamilyMerge();
        merge.Add(snapshot, new MergeSource("s", "s"));
        var merged = new MetricSnapshot();
        merge.Build(merged);
        return merged;
    }

    internal static string Of(MetricSnapshot snapshot, ExpositionFormat format = ExpositionFormat.Text)
    {
        var output = new ArrayBufferWriter<byte>();
        ExpositionWriter.Write(snapshot, format, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
