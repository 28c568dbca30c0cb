using System.Globalization;
using System.Text;

namespace DynamoAspire.Metrics.Naming;

/// <summary>The words of <c>escaping=</c> and what they do (https://prometheus.io/docs/instrumenting/escaping_schemes).</summary>
public static class NameEscapings
{
    /// <summary>The word in headers.</summary>
    public static string Word(this NameEscaping escaping) => escaping switch
    {
        NameEscaping.AllowUtf8 => "allow-utf-8",
        NameEscaping.Dots => "dots",
        NameEscaping.Values => "values",
        _ => "underscores",
    };

    /// <summary>Reads a word of a header; <c>allow-utf8</c>, as Prometheus' documentation once had it, is understood too.</summary>
    public static bool TryParse(string word, out NameEscaping escaping)
    {
        NameEscaping? known = word switch
        {
            "allow-utf-8" or "allow-utf8" => NameEscaping.AllowUtf8,
            "underscores" => NameEscaping.Underscores,
            "dots" => NameEscaping.Dots,
            "values" => NameEscaping.Values,
            _ => null,
        };
        escaping = known ?? NameEscaping.Underscores;
        return known is not null;
    }

    /// <summary>The name as the scheme writes it. A colon counts as plain in names of metrics only.</summary>
    internal static byte[] Escape(byte[] name, NameEscaping escaping, bool allowColon) => escaping switch
    {
        NameEscaping.AllowUtf8 => name,
        NameEscaping.Dots => EscapeDots(name, allowColon),
        NameEscaping.Values when !PlainNames.IsPlain(name, allowColon) => EscapeValues(name, allowColon),
        NameEscaping.Values => name,
        _ => PlainNames.Of(name, allowColon),
    };

    private static byte[] EscapeDots(byte[] name, bool allowColon)
    {
        var text = new StringBuilder(name.Length * 2);
        foreach (var rune in Encoding.UTF8.GetString(name).EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '_' => text.Append("__"),
                '.' => text.Append("_dot_"),
                _ when PlainNames.IsPlain(rune, allowColon, text.Length == 0) => text.Append((char)rune.Value),
                _ => text.Append('_'),
            };
        }

        return Encoding.ASCII.GetBytes(text.ToString());
    }

    private static byte[] EscapeValues(byte[] name, bool allowColon)
    {
        var text = new StringBuilder("U__", name.Length * 2);
        var first = true;
        foreach (var rune in Encoding.UTF8.GetString(name).EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '_' => text.Append("__"),
                _ when PlainNames.IsPlain(rune, allowColon, first) => text.Append((char)rune.Value),
                _ => text.Append('_').Append(rune.Value.ToString("x", CultureInfo.InvariantCulture)).Append('_'),
            };
            first = false;
        }

        return Encoding.ASCII.GetBytes(text.ToString());
    }
}
