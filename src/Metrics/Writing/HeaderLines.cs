using DynamoAspire.Metrics.Model;

namespace DynamoAspire.Metrics.Writing;

/// <summary>Renders the header lines of a family: <c># HELP name help</c>, <c># TYPE name type</c>, in OpenMetrics <c># UNIT name unit</c>.</summary>
internal static class HeaderLines
{
    internal static byte[] Text(FamilyHeader header) =>
        Render(header, header.TextName, default, MetricTypeNames.Text(header.Type), escapeQuotes: false, unit: default);

    /// <summary>Lines of the extra gauge family that text 0.0.4 needs for a suffix that only OpenMetrics has within the family (<c>_created</c>, <c>_gsum</c>, <c>_gcount</c>).</summary>
    internal static byte[] TextExtra(FamilyHeader header, ReadOnlySpan<byte> suffix) =>
        Render(header, header.Name, suffix, "gauge"u8, escapeQuotes: false, unit: default);

    internal static byte[] OpenMetrics(FamilyHeader header)
    {
        // A counter must end in _total there; one that does not is passed on under its own name as unknown rather than renamed.
        var type = header.Type is (MetricType.Counter or MetricType.Info) && !header.HasSuffix ? MetricType.Unknown : header.Type;
        return Render(header, header.Name, default, MetricTypeNames.OpenMetrics(type), escapeQuotes: true, header.Unit);
    }

    private static byte[] Render(FamilyHeader header, ReadOnlySpan<byte> name, ReadOnlySpan<byte> suffix, ReadOnlySpan<byte> type, bool escapeQuotes, ReadOnlySpan<byte> unit)
    {
        var lines = new List<byte>(64 + (name.Length * 2) + header.Help.Length);
        if (header.HasHelp)
        {
            lines.AddRange("# HELP "u8);
            lines.AddRange(name);
            lines.AddRange(suffix);
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
        lines.AddRange(suffix);
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
