using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Writing;

namespace DynamoAspire.Metrics.Parsing;

/// <summary>A family of a target under the name of its metadata lines: what the body at hand says of it, and the header made from what the bodies before said.</summary>
internal sealed class KnownFamily(byte[] name)
{
    private FamilyHeader? _header;
    private ExpositionFormat _headerFormat;
    private MetricType _type;
    private MetricType _headerType;
    private bool _typed;
    private byte[] _rawHelp = [];
    private bool _helped;
    private bool _headerHelped;
    private byte[] _unit = [];
    private bool _united;
    private bool _changed;

    internal byte[] Name { get; } = name;

    /// <summary>Number of the body that <see cref="HasSamples"/> and the metadata are of.</summary>
    internal int Stamp { get; private set; }

    internal bool HasSamples { get; set; }

    internal void Open(int stamp)
    {
        Stamp = stamp;
        HasSamples = false;
        _type = MetricType.Unknown;
        _typed = false;
        _helped = false;
        _united = false;
    }

    internal ExpositionErrorReason SetType(MetricType type)
    {
        if (_typed)
        {
            return ExpositionErrorReason.MisplacedMetadata;
        }

        _type = type;
        _typed = true;
        return ExpositionErrorReason.None;
    }

    internal ExpositionErrorReason SetHelp(ReadOnlySpan<byte> raw)
    {
        if (_helped)
        {
            return ExpositionErrorReason.MisplacedMetadata;
        }

        _helped = true;
        Keep(ref _rawHelp, raw);
        return ExpositionErrorReason.None;
    }

    internal ExpositionErrorReason SetUnit(ReadOnlySpan<byte> unit)
    {
        if (_united)
        {
            return ExpositionErrorReason.MisplacedMetadata;
        }

        _united = true;
        Keep(ref _unit, unit);
        return ExpositionErrorReason.None;
    }

    /// <summary>Whether a sample of this name belongs to the family, by the suffixes that its type has.</summary>
    internal bool Owns(ReadOnlySpan<byte> sample, ExpositionFormat format)
    {
        if (!sample.StartsWith(Name))
        {
            return false;
        }

        var suffix = sample[Name.Length..];
        var openMetrics = format == ExpositionFormat.OpenMetrics;
        if (suffix.IsEmpty)
        {
            return !openMetrics || _type is MetricType.Unknown or MetricType.Gauge or MetricType.Summary or MetricType.StateSet;
        }

        // Text 0.0.4 has _created as families of their own.
        return _type switch
        {
            MetricType.Counter => openMetrics && (suffix.SequenceEqual("_total"u8) || suffix.SequenceEqual("_created"u8)),
            MetricType.Histogram => suffix.SequenceEqual("_bucket"u8) || suffix.SequenceEqual("_sum"u8) || suffix.SequenceEqual("_count"u8) || (openMetrics && suffix.SequenceEqual("_created"u8)),
            MetricType.Summary => suffix.SequenceEqual("_sum"u8) || suffix.SequenceEqual("_count"u8) || (openMetrics && suffix.SequenceEqual("_created"u8)),
            MetricType.GaugeHistogram => suffix.SequenceEqual("_bucket"u8) || suffix.SequenceEqual("_gsum"u8) || suffix.SequenceEqual("_gcount"u8),
            MetricType.Info => openMetrics && suffix.SequenceEqual("_info"u8),
            _ => false,
        };
    }

    /// <summary>The header by what the body has said so far; the one of the last body if it said the same.</summary>
    internal FamilyHeader Header(ExpositionFormat format)
    {
        if (_header is null || _changed || _headerType != _type || _headerHelped != _helped || _headerFormat != format)
        {
            var help = _helped ? LabelReader.Unescape(_rawHelp, quotes: format == ExpositionFormat.OpenMetrics) : null;
            var unit = _united ? _unit : [];
            var plain = LabelReader.Unescape(Name);
            _header = format == ExpositionFormat.OpenMetrics
                ? new FamilyHeader(plain, _type, help, hasSuffix: _type is MetricType.Counter or MetricType.Info, unit)
                : FamilyHeader.FromSampleName(plain, _type, help, unit);
            (_changed, _headerType, _headerHelped, _headerFormat) = (false, _type, _helped, format);
        }

        return _header;
    }

    private void Keep(ref byte[] kept, ReadOnlySpan<byte> said)
    {
        if (!said.SequenceEqual(kept))
        {
            kept = said.ToArray();
            _changed = true;
        }
    }
}
