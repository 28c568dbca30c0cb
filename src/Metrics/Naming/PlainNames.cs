using System.Text;

namespace DynamoAspire.Metrics.Naming;

/// <summary>Names as formats without quoted names can hold them: what Prometheus calls the escaping scheme <c>underscores</c>.</summary>
internal static class PlainNames
{
    /// <summary>Whether the name needs no quotes: <c>[a-zA-Z_][a-zA-Z0-9_]*</c>, and colons where they may be.</summary>
    internal static bool IsPlain(ReadOnlySpan<byte> name, bool allowColon)
    {
        if (name.Length == 0 || char.IsAsciiDigit((char)name[0]))
        {
            return false;
        }

        foreach (var b in name)
        {
            if (!char.IsAsciiLetterOrDigit((char)b) && b != '_' && !(allowColon && b == ':'))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether the character may stand in a plain name, at its beginning or behind.</summary>
    internal static bool IsPlain(Rune rune, bool allowColon, bool first) =>
        rune.IsAscii && (char.IsAsciiLetter((char)rune.Value) || rune.Value == '_' || (allowColon && rune.Value == ':') || (!first && char.IsAsciiDigit((char)rune.Value)));

    /// <summary>The name, with an underscore for each bad character and for a digit in front. A good name is given back as it is.</summary>
    internal static byte[] Of(byte[] name, bool allowColon)
    {
        if (IsPlain(name, allowColon))
        {
            return name;
        }

        // One underscore per character, not per byte.
        var plain = new List<byte>(name.Length);
        foreach (var rune in Encoding.UTF8.GetString(name).EnumerateRunes())
        {
            plain.Add(IsPlain(rune, allowColon, first: plain.Count == 0) ? (byte)rune.Value : (byte)'_');
        }

        return plain.Count == 0 ? "_"u8.ToArray() : [.. plain];
    }
}
