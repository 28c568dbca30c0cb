using System.Text;
using DynamoAspire.Metrics.Model;
using DynamoAspire.MetricsAggregator.Relabeling;

namespace DynamoAspire.MetricsAggregator.Otlp;

/// <summary>
/// Encodes families as <c>ExportMetricsServiceRequest</c>s of OTLP 1: counters as cumulative monotonic sums, histograms with explicit buckets, summaries, all else as gauges. Names are
/// those on <c>/metrics</c>. A request that would grow beyond its bound is ended and the next begun. One thread at a time.
/// </summary>
internal sealed partial class OtlpEncoder
{
    private const ulong Cumulative = 2;
    private readonly IReadOnlyList<KeyValuePair<string, string>> _resource;
    private readonly string _version;
    private readonly int _maxBytes;
    private readonly ProtobufWriter _request = new();
    private readonly ProtobufWriter _scratch = new();
    private readonly StartTimes _starts = new();
    private readonly List<OtlpRequest> _requests = [];
    private readonly Dictionary<byte[], double> _created = new(ByteKeyComparer.Instance);
    private readonly Stack<int> _open = new();
    private string _metric = "";
    private FamilyHeader? _family;
    private Kind _kind;
    private int _points;
    private ulong _now;

    /// <param name="resource">Attributes of the resource.</param>
    /// <param name="version">Version of this service.</param>
    /// <param name="maxBytes">A request is ended once it is this long.</param>
    public OtlpEncoder(IReadOnlyList<KeyValuePair<string, string>> resource, string version, int maxBytes)
    {
        _resource = resource;
        _version = version;
        _maxBytes = maxBytes;
    }

    private enum Kind
    {
        Gauge = 5,
        Sum = 7,
        Histogram = 9,
        Summary = 11,
    }

    /// <summary>Encodes what was collected at a time.</summary>
    public IReadOnlyList<OtlpRequest> Encode(MetricSnapshot snapshot, DateTimeOffset time)
    {
        _requests.Clear();
        _request.Clear();
        _points = 0;
        _now = Nanoseconds(time);
        _starts.Begin(_now);
        for (var i = 0; i < snapshot.FamilyCount; i++)
        {
            var family = snapshot[i];
            switch (family.Header.Type)
            {
                case MetricType.Counter:
                    EncodeCounter(family);
                    break;
                case MetricType.Histogram:
                    EncodeGroups(family, Kind.Histogram);
                    break;
                case MetricType.Summary:
                    EncodeGroups(family, Kind.Summary);
                    break;
                default:
                    EncodeGauges(family);
                    break;
            }

            EndMetric();
        }

        EndRequest();
        _starts.End();
        return [.. _requests];
    }

    private void EncodeGauges(MetricFamily family)
    {
        foreach (ref readonly var sample in family.Samples)
        {
            BeginMetric(Encoding.UTF8.GetString(sample.Series.Name), family.Header, Kind.Gauge);
            var point = _request.Begin(1);
            EncodeAttributes(_request, sample.Series, 7, without: default);
            _request.Fixed64(3, TimeOf(sample));
            _request.Double(4, sample.Value);
            EndPoint(point);
        }
    }

    private void EncodeCounter(MetricFamily family)
    {
        TakeCreated(family);
        foreach (ref readonly var sample in family.Samples)
        {
            if (IsSuffixed(family.Header, sample.Series, "_created"u8))
            {
                continue;
            }

            BeginMetric(Encoding.UTF8.GetString(sample.Series.Name), family.Header, Kind.Sum);
            _scratch.Clear();
            EncodeAttributes(_scratch, sample.Series, 7, without: default);
            var attributes = _scratch.Written.Span;
            var point = _request.Begin(1);
            _request.Raw(attributes);
            double? created = _created.Count > 0 && _created.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(attributes, out var known) ? known : null;
            _request.Fixed64(2, _starts.Of(sample.Series, sample.Value, created));
            _request.Fixed64(3, TimeOf(sample));
            _request.Double(4, sample.Value);
            EndPoint(point);
        }

        _created.Clear();
    }

    /// <summary>The start times that stand among the samples of a counter, by labels.</summary>
    private void TakeCreated(MetricFamily family)
    {
        foreach (ref readonly var sample in family.Samples)
        {
            if (IsSuffixed(family.Header, sample.Series, "_created"u8))
            {
                _scratch.Clear();
                EncodeAttributes(_scratch, sample.Series, 7, without: default);
                _created.TryAdd(_scratch.Written.ToArray(), sample.Value);
            }
        }
    }

    private void BeginMetric(string name, FamilyHeader header, Kind kind)
    {
        if (_open.Count > 0 && ReferenceEquals(_family, header) && _kind == kind && _metric == name)
        {
            return;
        }

        EndMetric();
        if (_open.Count == 0)
        {
            BeginRequest();
        }

        (_metric, _family, _kind) = (name, header, kind);
        _open.Push(_request.Begin(2));
        _request.Text(1, name);
        if (header.HasHelp)
        {
            _request.Bytes(2, header.Help);
        }

        if (!header.Unit.IsEmpty)
        {
            _request.Bytes(3, header.Unit);
        }

        _open.Push(_request.Begin((int)kind));
    }

    private void EndPoint(int start)
    {
        _request.End(start);
        _points++;
        if (_request.Length >= _maxBytes)
        {
            EndRequest();
        }
    }

    private void EndMetric()
    {
        if (_family is null)
        {
            return;
        }

        if (_kind is Kind.Sum or Kind.Histogram)
        {
            _request.Varint(2, Cumulative);
        }

        if (_kind == Kind.Sum)
        {
            _request.Varint(3, 1);
        }

        _request.End(_open.Pop());
        _request.End(_open.Pop());
        _family = null;
    }

    private void BeginRequest()
    {
        _open.Push(_request.Begin(1));
        var resource = _request.Begin(1);
        foreach (var (key, value) in _resource)
        {
            EncodeAttribute(_request, 1, Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes(value));
        }

        _request.End(resource);
        _open.Push(_request.Begin(2));
        var scope = _request.Begin(1);
        _request.Text(1, "DynamoAspire.MetricsAggregator");
        _request.Text(2, _version);
        _request.End(scope);
    }

    private void EndRequest()
    {
        EndMetric();
        while (_open.TryPop(out var start))
        {
            _request.End(start);
        }

        if (_points > 0)
        {
            _requests.Add(new OtlpRequest(_request.Written.ToArray(), _points));
        }

        _request.Clear();
        _points = 0;
    }

    private static void EncodeAttributes(ProtobufWriter output, Series series, int field, ReadOnlySpan<byte> without)
    {
        var text = new SeriesText(series);
        while (text.ReadLabel())
        {
            if (!without.IsEmpty && text.LabelName.SequenceEqual(without))
            {
                continue;
            }

            if (text.IsEscaped)
            {
                EncodeAttribute(output, field, text.LabelName, Encoding.UTF8.GetBytes(text.Value()));
            }
            else
            {
                EncodeAttribute(output, field, text.LabelName, text.RawValue);
            }
        }
    }

    private static void EncodeAttribute(ProtobufWriter output, int field, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        var pair = output.Begin(field);
        output.Bytes(1, name);
        var any = output.Begin(2);
        output.Bytes(1, value);
        output.End(any);
        output.End(pair);
    }

    private static bool IsSuffixed(FamilyHeader header, Series series, ReadOnlySpan<byte> suffix) =>
        series.Name.Length == header.Name.Length + suffix.Length && series.Name.EndsWith(suffix);

    private ulong TimeOf(in Sample sample) => sample.HasTimestamp && sample.Timestamp > 0 ? (ulong)sample.Timestamp * 1_000_000 : _now;

    private static ulong Nanoseconds(DateTimeOffset time) => (ulong)(time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) * 100;
}
