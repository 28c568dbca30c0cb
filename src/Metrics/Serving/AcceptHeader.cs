using System.Globalization;

namespace DynamoAspire.Metrics.Serving;

/// <summary>The elements of <c>Accept</c> and <c>Accept-Encoding</c>: <c>value *( ";" name "=" value )</c>, separated by commas. What is malformed counts as not said.</summary>
internal static class AcceptHeader
{
    internal const int MaxElements = 64;

    /// <summary>The elements in order, bounded in number: a header is the client's, not ours.</summary>
    internal static IEnumerable<Element> Parse(string? header)
    {
        if (string.IsNullOrEmpty(header))
        {
            yield break;
        }

        foreach (var text in Split(header, ',').Take(MaxElements))
        {
            var parts = Split(text, ';').ToArray();
            var quality = 1.0;
            var parameters = new List<(string Name, string Value)>();
            foreach (var part in parts.Skip(1))
            {
                var equals = part.IndexOf('=', StringComparison.Ordinal);
                if (equals <= 0)
                {
                    continue;
                }

                var name = part[..equals].Trim();
                var value = part[(equals + 1)..].Trim().Trim('"');
                if (!name.Equals("q", StringComparison.OrdinalIgnoreCase))
                {
                    parameters.Add((name, value));
                }
                else
                {
                    quality = double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var q) && q <= 1 ? q : 0;
                }
            }

            if (parts[0].Length > 0)
            {
                yield return new Element(parts[0], quality, parameters);
            }
        }
    }

    /// <summary>Splits outside of quotes; what is between is trimmed.</summary>
    private static IEnumerable<string> Split(string text, char separator)
    {
        var start = 0;
        var quoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                quoted = !quoted;
            }
            else if (text[i] == separator && !quoted)
            {
                yield return text[start..i].Trim();
                start = i + 1;
            }
        }

        yield return text[start..].Trim();
    }

    internal readonly record struct Element(string Value, double Quality, List<(string Name, string Value)> Parameters)
    {
        internal bool Is(string value) => Value.Equals(value, StringComparison.OrdinalIgnoreCase);

        internal string Parameter(string name)
        {
            foreach (var (key, value) in Parameters)
            {
                if (key.Equals(name, StringComparison.OrdinalIgnoreCase))
                {
                    return value;
                }
            }

            return "";
        }
    }
}
