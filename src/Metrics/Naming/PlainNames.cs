using System.Text;

namespace DynamoAspire.Metrics.Naming;

/// <summary>Names as formats without quoted names can hold them: what Prometheus calls the escaping scheme <c>underscores</c>.</summary>
internal static class PlainNames
{
    /// <summary>The name, with an underscore for each bad character and for a digit in front. A good name is given back as it is.</summary>
    internal static byte[] Of(byte[] name, bool allowColon)
    {
        if (IsPlain(name, allowColon, first: true))
        {
            return name;
        }

        // One underscore per character, not per byte.
        var plain = new List<byte>(name.Length);
        foreach (var rune in Encoding.UTF8.GetString(name).EnumerateRunes())
        {
            plain.Add(rune.IsAscii && IsPlain([(byte)rune.Value], allowColon, first: plain.Count == 0) ? (byte)rune.Value : (byte)'_');
        }

        return plain.Count == 0 ? "_"u8.ToArray() : [.. plain];
    }

    private static bool IsPlain(ReadOnlySpan<byte> name, bool allowColon, bool first)
    {
        if (name.Length == 0 || (first && char.IsAsciiDigit((char)name[0])))
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
}
