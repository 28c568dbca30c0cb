using System.Buffers.Text;
using System.Text;
using DynamoAspire.Metrics.Model;
using DynamoAspire.MetricsAggregator.Relabeling;

namespace DynamoAspire.MetricsAggregator.Otlp;

/// <summary>Histograms and summaries: samples that differ in <c>le</c> or <c>quantile</c> and in their suffix only are one point.</summary>
internal sealed partial class OtlpEncoder
{
    private readonly Dictionary<byte[], PointGroup> _groups = new(ByteKeyComparer.Instance);
    private readonly List<PointGroup> _order = [];
    private readonly Stack<PointGroup> _free = new();

    private void EncodeGroups(MetricFamily family, Kind kind)
    {
        var part = kind == Kind.Histogram ? "le"u8 : "quantile"u8;
        foreach (ref readonly var sample in family.Samples)
        {
            Take(family.Header, sample, part);
        }

        foreach (var group in _order)
        {
            if (kind == Kind.Histogram)
            {
                EncodeHistogram(family.Header, group);
            }
            else
            {
                EncodeSummary(family.Header, group);
            }

            group.Clear();
            _free.Push(group);
        }

        _order.Clear();
        _groups.Clear();
    }

    private void Take(FamilyHeader header, in Sample sample, ReadOnlySpan<byte> part)
    {
        _scratch.Clear();
        EncodeAttributes(_scratch, sample.Series, part.SequenceEqual("le"u8) ? 9 : 7, part);
        var key = _scratch.Written.Span;
        var group = _order.Count > 0 && key.SequenceEqual(_order[^1].Attributes) ? _order[^1] : Find(key);
        if (sample.HasTimestamp)
        {
            group.Time = TimeOf(sample);
        }

        if (IsSuffixed(header, sample.Series, "_sum"u8))
        {
            group.Sum = sample.Value;
        }
        else if (IsSuffixed(header, sample.Series, "_count"u8))
        {
            group.Count = sample.Value;
            group.Anchor = sample.Series;
        }
        else if (IsSuffixed(header, sample.Series, "_created"u8))
        {
            group.Created = sample.Value;
        }
        else if (TryPart(sample.Series, part, out var position))
        {
            group.Parts.Add((position, sample.Value));
            group.Anchor ??= sample.Series;
        }
    }

    private PointGroup Find(ReadOnlySpan<byte> key)
    {
        if (_groups.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(key, out var group))
        {
            return group;
        }

        group = _free.TryPop(out var free) ? free : new PointGroup();
        group.Attributes = key.ToArray();
        group.Time = _now;
        _groups.Add(group.Attributes, group);
        _order.Add(group);
        return group;
    }

    private void EncodeHistogram(FamilyHeader header, PointGroup group)
    {
        group.Parts.Sort(static (a, b) => a.Position.CompareTo(b.Position));
        var total = group.Parts.Count > 0 && double.IsPositiveInfinity(group.Parts[^1].Position) ? group.Parts[^1].Value : group.Count;
        if (total is not { } all || group.Anchor is not { } anchor)
        {
            return;
        }

        var bounds = group.Parts.Count(p => !double.IsPositiveInfinity(p.Position));
        BeginMetric(header.DisplayName, header, Kind.Histogram);
        var point = _request.Begin(1);
        _request.Raw(group.Attributes);
        _request.Fixed64(2, _starts.Of(anchor, all, group.Created));
        _request.Fixed64(3, group.Time);
        _request.Fixed64(4, Count(all));
        if (group.Sum is { } sum)
        {
            _request.Double(5, sum);
        }

        // Buckets count what is below their bound there, and what is between two bounds here.
        _request.Packed(6, bounds + 1);
        ulong below = 0;
        for (var i = 0; i < bounds; i++)
        {
            var here = Math.Clamp(Count(group.Parts[i].Value), below, Math.Max(below, Count(all)));
            _request.Fixed64(here - below);
            below = here;
        }

        _request.Fixed64(Math.Max(Count(all), below) - below);
        _request.Packed(7, bounds);
        for (var i = 0; i < bounds; i++)
        {
            _request.Fixed64(BitConverter.DoubleToUInt64Bits(group.Parts[i].Position));
        }

        EndPoint(point);
    }

    private void EncodeSummary(FamilyHeader header, PointGroup group)
    {
        if (group.Anchor is not { } anchor)
        {
            return;
        }

        BeginMetric(header.DisplayName, header, Kind.Summary);
        var point = _request.Begin(1);
        _request.Raw(group.Attributes);
        _request.Fixed64(2, _starts.Of(anchor, group.Count ?? 0, group.Created));
        _request.Fixed64(3, group.Time);
        _request.Fixed64(4, Count(group.Count ?? 0));
        _request.Double(5, group.Sum ?? 0);
        foreach (var (quantile, value) in group.Parts)
        {
            var entry = _request.Begin(6);
            _request.Double(1, quantile);
            _request.Double(2, value);
            _request.End(entry);
        }

        EndPoint(point);
    }

    private static ulong Count(double value) => value is >= 0 and < 1.8e19 ? (ulong)value : 0;

    private static bool TryPart(Series series, ReadOnlySpan<byte> part, out double position)
    {
        var text = new SeriesText(series);
        while (text.ReadLabel())
        {
            if (text.LabelName.SequenceEqual(part))
            {
                if (text.RawValue.SequenceEqual("+Inf"u8))
                {
                    position = double.PositiveInfinity;
                    return true;
                }

                return Utf8Parser.TryParse(text.RawValue, out position, out var used) && used == text.RawValue.Length;
            }
        }

        position = 0;
        return false;
    }

    private sealed class PointGroup
    {
        public byte[] Attributes { get; set; } = [];

        public List<(double Position, double Value)> Parts { get; } = [];

        public double? Sum { get; set; }

        public double? Count { get; set; }

        public double? Created { get; set; }

        public Series? Anchor { get; set; }

        public ulong Time { get; set; }

        public void Clear()
        {
            Parts.Clear();
            (Sum, Count, Created, Anchor, Attributes) = (null, null, null, null, []);
        }
    }
}
