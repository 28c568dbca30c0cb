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
    private byte[][]? _sampleNames;
    private MetricType _sampleNamesType;

    internal byte[] Name { get; } = name;

    /// <summary>Number of the body that <see cref="HasSamples"/> and the metadata are of.</summary>
    internal int Stamp { get; private set; }

    internal bool HasSamples { get; set; }

    internal MetricType Type => _type;

    /// <summary>Line on which the body first names it.</summary>
    internal int Line { get; private set; }

    internal int UnitLine { get; private set; }

    internal ReadOnlySpan<byte> Unit => _united ? _unit : default;

    internal void Open(int stamp, int line)
    {
        Stamp = stamp;
        Line = line;
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

    internal ExpositionErrorReason SetUnit(ReadOnlySpan<byte> unit, int line)
    {
        if (_united)
        {
            return ExpositionErrorReason.MisplacedMetadata;
        }

        _united = true;
        UnitLine = line;
        Keep(ref _unit, unit);
        return ExpositionErrorReason.None;
    }

    /// <summary>The same as before is said of it once more.</summary>
    internal ExpositionErrorReason Repeat(ExpositionItem item, MetricType type, int line) => item switch
    {
        ExpositionItem.Type => SetType(type),
        ExpositionItem.Help => SetHelp(_rawHelp),
        _ => SetUnit(_unit, line),
    };

    /// <summary>What a sample of this name is to the family; none if it is of another.</summary>
    internal SampleRole RoleOf(ReadOnlySpan<byte> sample, ExpositionFormat format) =>
        sample.StartsWith(Name) ? SampleRoles.Of(_type, sample[Name.Length..], format == ExpositionFormat.OpenMetrics) : SampleRole.None;

    /// <summary>All names that its samples may have by its type.</summary>
    internal ReadOnlySpan<byte[]> SampleNames
    {
        get
        {
            if (_sampleNames is null || _sampleNamesType != _type)
            {
                _sampleNames = [.. MetricSuffixes.Of(_type).ToArray().Select(s => (byte[])[.. Name, .. s])];
                if (_type is not (MetricType.Counter or MetricType.Histogram or MetricType.GaugeHistogram or MetricType.Info))
                {
                    _sampleNames = [Name, .. _sampleNames];
                }

                _sampleNamesType = _type;
            }

            return _sampleNames;
        }
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
