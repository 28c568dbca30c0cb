using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace DynamoAspire.Metrics.FuzzTests;

/// <summary>The grammar of text 0.0.4 once more, slow and obvious: a regular expression per line, strings and dictionaries. What the fast parser is compared with.</summary>
internal static partial class ReferenceParser
{
    /// <summary>Series in canonical form and their values; the first of a series counts. Lines that are not of the grammar are left out.</summary>
    internal static Dictionary<string, double> Parse(string body)
    {
        var samples = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var raw in body.Split('\n'))
        {
            var line = raw.EndsWith('\r') ? raw[..^1] : raw;
            if (Sample().Match(line) is not { Success: true } match || !TryValue(match.Groups["value"].Value, out var value))
            {
                continue;
            }

            if (match.Groups["time"].Success && !long.TryParse(match.Groups["time"].Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
            {
                continue;
            }

            var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
            var repeated = false;
            foreach (Match label in Label().Matches(match.Groups["labels"].Value))
            {
                repeated |= !labels.TryAdd(label.Groups["name"].Value, Unescape(label.Groups["text"].Value));
            }

            if (!repeated)
            {
                samples.TryAdd(Canonical(match.Groups["metric"].Value, labels), value);
            }
        }

        return samples;
    }

    private static string Canonical(string name, SortedDictionary<string, string> labels) => labels.Count == 0
        ? name
        : name + "{" + string.Join(',', labels.Select(l => $"{l.Key}=\"{l.Value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}\"")) + "}";

    private static string Unescape(string text)
    {
        var result = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length && text[i + 1] is '\\' or '"' or 'n' && text[i] == '\\')
            {
                result.Append(text[++i] == 'n' ? '\n' : text[i]);
            }
            else
            {
                result.Append(text[i]);
            }
        }

        return result.ToString();
    }

    private static bool TryValue(string text, out double value)
    {
        value = 0;
        if (Special().IsMatch(text))
        {
            value = text.Contains('n', StringComparison.OrdinalIgnoreCase) && text.Contains('a', StringComparison.OrdinalIgnoreCase) ? double.NaN
                : text[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
            return true;
        }

        return Number().IsMatch(text) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }

    [GeneratedRegex("""^[ \t]*(?<metric>[a-zA-Z_:][a-zA-Z0-9_:]*)(?:[ \t]*\{(?<labels>[ \t]*(?:[a-zA-Z_][a-zA-Z0-9_]*[ \t]*=[ \t]*"(?:\\.|[^"\\])*"[ \t]*(?:,[ \t]*(?=[a-zA-Z_}])|(?=\})))*)\}[ \t]*|[ \t]+)(?<value>[^ \t]+)(?:[ \t]+(?<time>[^ \t]+))?[ \t]*$""", RegexOptions.CultureInvariant)]
    private static partial Regex Sample();

    [GeneratedRegex("""(?<name>[a-zA-Z_][a-zA-Z0-9_]*)[ \t]*=[ \t]*"(?<text>(?:\\.|[^"\\])*)"[ \t]*,?""", RegexOptions.CultureInvariant)]
    private static partial Regex Label();

    [GeneratedRegex("^[+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Number();

    [GeneratedRegex("^(?:[nN][aA][nN]|[+-]?[iI][nN][fF](?:[iI][nN][iI][tT][yY])?)$", RegexOptions.CultureInvariant)]
    private static partial Regex Special();
}
