using System.Buffers;
using DynamoAspire.Metrics.Model;

namespace DynamoAspire.Metrics.Writing;

/// <summary>Renders the header lines of a family: <c># HELP name help</c>, <c># TYPE name type</c>, in OpenMetrics <c># UNIT name unit</c>.</summary>
internal static class HeaderLines
{
    internal static byte[] Text(FamilyHeader header) =>
        Render(header.TextName, header, MetricTypeNames.Text(header.Type), escapeQuotes: false, unit: default);

    /// <summary>Lines of the extra gauge family that text 0.0.4 needs for a suffix that only OpenMetrics has within the family (<c>_created</c>, <c>_gsum</c>, <c>_gcount</c>).</summary>
    internal static void WriteTextExtra(FamilyHeader header, ReadOnlySpan<byte> suffix, IBufferWriter<byte> output) =>
        output.Write(header.ExtraTextHeader(suffix));

    internal static byte[] TextExtra(FamilyHeader header, ReadOnlySpan<byte> suffix) =>
        Render([.. header.Name, .. suffix], header, "gauge"u8, escapeQuotes: false, unit: default);

    internal static byte[] OpenMetrics(FamilyHeader header)
    {
        // A counter must end in _total there; one that does not is passed on under its own name as unknown rather than renamed.
        var type = header.Type is (MetricType.Counter or MetricType.Info) && !header.HasSuffix ? MetricType.Unknown : header.Type;
        return Render(header.Name, header, MetricTypeNames.OpenMetrics(type), escapeQuotes: true, UnitOf(header, type));
    }

    /// <summary>A unit has to be the end of the name, and what counts nothing has none; one that does not fit is left out rather than making the text invalid.</summary>
    private static ReadOnlySpan<byte> UnitOf(FamilyHeader header, MetricType type)
    {
        var unit = header.Unit;
        var fits = unit.Length > 0 && header.Name.Length > unit.Length + 1 && header.Name.EndsWith(unit) && header.Name[^(unit.Length + 1)] == '_';
        return fits && type is not (MetricType.Info or MetricType.StateSet) ? unit : default;
    }

    private static byte[] Render(ReadOnlySpan<byte> plainName, FamilyHeader header, ReadOnlySpan<byte> type, bool escapeQuotes, ReadOnlySpan<byte> unit)
    {
        Span<byte> buffer = new byte[(plainName.Length * 2) + 2];
        ReadOnlySpan<byte> name = buffer[..LabelText.WriteName(plainName, allowColon: true, buffer)];
        var lines = new List<byte>(64 + (name.Length * 2) + header.Help.Length);
        if (header.HasHelp)
        {
            lines.AddRange("# HELP "u8);
            lines.AddRange(name);
            lines.Add((byte)' ');
            foreach (var b in header.Help)
            {
                switch (b)
                {
                    case (byte)'\\':
                        lines.AddRange("\\\\"u8);
                        break;
                    case (byte)'\n':
                        lines.AddRange("\\n"u8);
                        break;
                    case (byte)'"' when escapeQuotes:
                        lines.AddRange("\\\""u8);
                        break;
                    default:
                        lines.Add(b);
                        break;
                }
            }

            lines.Add((byte)'\n');
        }

        lines.AddRange("# TYPE "u8);
        lines.AddRange(name);
        lines.Add((byte)' ');
        lines.AddRange(type);
        lines.Add((byte)'\n');
        if (unit.Length > 0)
        {
            lines.AddRange("# UNIT "u8);
            lines.AddRange(name);
            lines.Add((byte)' ');
            lines.AddRange(unit);
            lines.Add((byte)'\n');
        }

        return [.. lines];
    }
}
