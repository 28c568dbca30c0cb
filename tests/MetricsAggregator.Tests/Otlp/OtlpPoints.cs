using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Writing;
using Google.Protobuf;

namespace DynamoAspire.MetricsAggregator.Tests.Otlp;

/// <summary>Puts OTLP requests back into the series that Prometheus would show, each with its value and its start.</summary>
internal sealed class OtlpPoints
{
    public Dictionary<string, (double Value, ulong Start, ulong Time)> Series { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, string> Resource { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, string> Kinds { get; } = new(StringComparer.Ordinal);

    public int Points { get; private set; }

    public void Add(ReadOnlySpan<byte> request)
    {
        foreach (var resource in new ProtobufMessage(ByteString.CopyFrom(request)).Messages(1))
        {
            foreach (var (key, value) in resource.Messages(1).SelectMany(r => Attributes(r, 1)))
            {
                Resource[key] = value;
            }

            foreach (var metric in resource.Messages(2).SelectMany(s => s.Messages(2)))
            {
                Add(metric);
            }
        }
    }

    private void Add(ProtobufMessage metric)
    {
        var name = metric.Text(1);
        foreach (var gauge in metric.Messages(5))
        {
            Kinds[name] = "gauge";
            Numbers(name, gauge);
        }

        foreach (var sum in metric.Messages(7))
        {
            Kinds[name] = sum.Number(2) == 2 && sum.Number(3) == 1 ? "counter" : "wrong sum";
            Numbers(name, sum);
        }

        foreach (var histogram in metric.Messages(9))
        {
            Kinds[name] = histogram.Number(2) == 2 ? "histogram" : "wrong histogram";
            foreach (var point in histogram.Messages(1))
            {
                Histogram(name, point);
            }
        }

        foreach (var point in metric.Messages(11).SelectMany(s => s.Messages(1)))
        {
            Kinds[name] = "summary";
            Points++;
            var labels = Attributes(point, 7);
            Put(name + "_count", labels, point.Number(4), point);
            Put(name + "_sum", labels, point.Double(5), point);
            foreach (var quantile in point.Messages(6))
            {
                Put(name, [.. labels, new("quantile", MetricNumber.ToText(quantile.Double(1)))], quantile.Double(2), point);
            }
        }
    }

    private void Numbers(string name, ProtobufMessage data)
    {
        foreach (var point in data.Messages(1))
        {
            Points++;
            Put(name, Attributes(point, 7), point.Double(4), point);
        }
    }

    private void Histogram(string name, ProtobufMessage point)
    {
        Points++;
        var labels = Attributes(point, 9);
        var (counts, bounds) = (point.Packed(6), point.Packed(7));
        Assert.Equal(bounds.Length + 1, counts.Length);
        Assert.Equal(point.Number(4), counts.Aggregate(0UL, (a, b) => a + b));
        ulong below = 0;
        for (var i = 0; i < counts.Length; i++)
        {
            below += counts[i];
            var bound = i < bounds.Length ? BitConverter.UInt64BitsToDouble(bounds[i]) : double.PositiveInfinity;
            Put(name + "_bucket", [.. labels, new("le", MetricNumber.ToText(bound))], below, point);
        }

        Put(name + "_count", labels, point.Number(4), point);
        if (point.Has(5))
        {
            Put(name + "_sum", labels, point.Double(5), point);
        }
    }

    private void Put(string name, KeyValuePair<string, string>[] labels, double value, ProtobufMessage point)
    {
        var series = DynamoAspire.Metrics.Model.Series.Create(name, labels).ToString();
        Assert.True(Series.TryAdd(series, (value, point.Number(2), point.Number(3))), $"{series} is there twice");
    }

    private static KeyValuePair<string, string>[] Attributes(ProtobufMessage message, int field) =>
        [.. message.Messages(field).Select(a => KeyValuePair.Create(a.Text(1), a.Messages(2).Single().Text(1)))];
}
