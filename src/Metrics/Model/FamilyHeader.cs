using System.Text;
using DynamoAspire.Metrics.Naming;
using DynamoAspire.Metrics.Writing;

namespace DynamoAspire.Metrics.Model;

/// <summary>
/// Name, type, help and unit of a family: what stands on its header lines. Immutable; its header lines are rendered once, when it is made.
/// </summary>
/// <remarks>
/// The name is the family's name in the sense of OpenMetrics: a counter whose samples end in <c>_total</c> is named without it, an info family without
/// <c>_info</c>. <see cref="HasSuffix"/> says whether the samples carry that suffix: some upstream counters (<c>kvbm_*</c>) do not.
/// </remarks>
public sealed class FamilyHeader
{
    private readonly byte[] _name;
    private readonly byte[]? _help;
    private readonly byte[] _unit;
    private byte[][]? _sampleNames;
    private FamilyHeader?[]? _escaped;
    private byte[][]? _extraHeaders;

    /// <summary>Makes a header from text.</summary>
    /// <param name="name">Name as samples carry it: for a counter with or without <c>_total</c>.</param>
    /// <param name="type">Type.</param>
    /// <param name="help">Help, unescaped; null prints no HELP line.</param>
    public static FamilyHeader Create(string name, MetricType type, string? help)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return FromSampleName(Encoding.UTF8.GetBytes(name), type, help is null ? null : Encoding.UTF8.GetBytes(help), unit: default);
    }

    /// <summary>Makes a header. The spans are copied.</summary>
    /// <param name="name">Family name, without the suffix <c>_total</c> or <c>_info</c>.</param>
    /// <param name="type">Type.</param>
    /// <param name="help">Help, unescaped; null prints no HELP line.</param>
    /// <param name="hasSuffix">Whether the samples of a counter end in <c>_total</c>, of an info in <c>_info</c>. Ignored for other types.</param>
    /// <param name="unit">Unit; printed in OpenMetrics only.</param>
    public FamilyHeader(ReadOnlySpan<byte> name, MetricType type, byte[]? help, bool hasSuffix, ReadOnlySpan<byte> unit = default)
    {
        _name = name.ToArray();
        _help = help;
        _unit = unit.ToArray();
        Type = type;
        HasSuffix = hasSuffix && type is (MetricType.Counter or MetricType.Info);
        HasQuotedName = !PlainNames.IsPlain(name, allowColon: true);
        TextName = HasSuffix ? [.. _name, .. type == MetricType.Info ? "_info"u8 : "_total"u8] : _name;
        TextHeader = HeaderLines.Text(this);
        OpenMetricsHeader = HeaderLines.OpenMetrics(this);
    }

    /// <summary>Family name.</summary>
    public ReadOnlySpan<byte> Name => _name;

    internal byte[] NameBytes => _name;

    /// <summary>Help, unescaped; empty when there is none.</summary>
    public ReadOnlySpan<byte> Help => _help;

    /// <summary>Whether there is a HELP line at all.</summary>
    public bool HasHelp => _help is not null;

    /// <summary>Unit, or empty.</summary>
    public ReadOnlySpan<byte> Unit => _unit;

    /// <summary>Type.</summary>
    public MetricType Type { get; }

    /// <summary>Whether samples carry the suffix that belongs to the type (<c>_total</c>, <c>_info</c>).</summary>
    public bool HasSuffix { get; }

    /// <summary>Whether the name is not plain, so that only formats with quoted names can hold it as it is.</summary>
    public bool HasQuotedName { get; }

    /// <summary>The name as a string, for messages.</summary>
    public string DisplayName => Encoding.UTF8.GetString(_name);

    /// <summary>The name in text 0.0.4, where it carries the suffix. Two families must differ in this one too: a gauge <c>x_total</c> and a counter <c>x</c> cannot both be printed.</summary>
    internal byte[] TextName { get; }

    internal byte[] TextHeader { get; }

    internal byte[] OpenMetricsHeader { get; }

    /// <summary>The names that samples of the family may have beside its own, in one format or another. No other family may use them.</summary>
    internal ReadOnlySpan<byte[]> SampleNames
    {
        get
        {
            if (_sampleNames is null)
            {
                var names = new List<byte[]>();
                foreach (var suffix in MetricSuffixes.Of(Type))
                {
                    if (HasSuffix || Type is not (MetricType.Counter or MetricType.Info))
                    {
                        names.Add([.. _name, .. suffix]);
                    }
                }

                _sampleNames = [.. names];
            }

            return _sampleNames;
        }
    }

    /// <summary>Header lines of the gauge family that the older text needs for a suffix; kept, because every scrape asks.</summary>
    internal byte[] ExtraTextHeader(ReadOnlySpan<byte> suffix)
    {
        var headers = _extraHeaders ??= [HeaderLines.TextExtra(this, "_created"u8), HeaderLines.TextExtra(this, "_gcount"u8), HeaderLines.TextExtra(this, "_gsum"u8)];
        return headers[suffix.SequenceEqual("_created"u8) ? 0 : suffix.SequenceEqual("_gcount"u8) ? 1 : 2];
    }

    /// <summary>The header as a scheme writes it; kept, because the next scrape asks again.</summary>
    internal FamilyHeader Escaped(NameEscaping escaping)
    {
        if (escaping == NameEscaping.AllowUtf8 || (escaping != NameEscaping.Dots && !HasQuotedName))
        {
            return this;
        }

        var escaped = _escaped ??= new FamilyHeader?[(int)NameEscaping.AllowUtf8];
        return escaped[(int)escaping] ??= new FamilyHeader(NameEscapings.Escape(_name, escaping, allowColon: true), Type, _help, HasSuffix, _unit);
    }

    /// <summary>Header for the name on a <c># TYPE</c> line of text 0.0.4, where a counter is named with its suffix.</summary>
    internal static FamilyHeader FromSampleName(ReadOnlySpan<byte> name, MetricType type, byte[]? help, ReadOnlySpan<byte> unit)
    {
        var suffix = type switch
        {
            MetricType.Counter => "_total"u8,
            MetricType.Info => "_info"u8,
            _ => default,
        };
        return suffix.Length > 0 && name.Length > suffix.Length && name.EndsWith(suffix)
            ? new FamilyHeader(name[..^suffix.Length], type, help, hasSuffix: true, unit)
            : new FamilyHeader(name, type, help, hasSuffix: false, unit);
    }

    /// <summary>Whether both may be one family.</summary>
    internal bool SameShape(FamilyHeader other) => Type == other.Type && HasSuffix == other.HasSuffix && Name.SequenceEqual(other.Name);

    /// <inheritdoc/>
    public override string ToString() => $"{DisplayName} ({Encoding.UTF8.GetString(MetricTypeNames.OpenMetrics(Type))})";
}
