using System.Buffers.Text;

namespace DynamoAspire.Metrics.Parsing;

/// <summary>Numbers on sample lines.</summary>
internal static class NumberText
{
    /// <summary>
    /// <c>[sign] digits [ "." digits ] [ exponent ]</c>, <c>[sign] "Inf" / "Infinity"</c> and <c>"NaN"</c> in any case. No hexadecimal and no underscores, as in Prometheus.
    /// </summary>
    internal static bool TryParse(ReadOnlySpan<byte> text, out double value)
    {
        // Short integers, bare or with ".0", are most of what a scrape holds; up to 15 digits they are exact.
        if (text.Length is > 0 and <= 15)
        {
            long whole = 0;
            var i = 0;
            for (; i < text.Length && (uint)(text[i] - '0') <= 9; i++)
            {
                whole = (whole * 10) + (text[i] - '0');
            }

            if (i > 0 && (i == text.Length || (i == text.Length - 2 && text[i] == '.' && text[i + 1] == '0')))
            {
                value = whole;
                return true;
            }
        }

        var plus = !text.IsEmpty && text[0] == '+';
        if (Utf8Parser.TryParse(plus ? text[1..] : text, out value, out var used) && used == text.Length - (plus ? 1 : 0) && IsPlainNumber(text))
        {
            return true;
        }

        return TryParseWord(text, out value);
    }

    /// <summary>Milliseconds, as a whole number.</summary>
    internal static bool TryParseMilliseconds(ReadOnlySpan<byte> text, out long milliseconds) =>
        Utf8Parser.TryParse(text, out milliseconds, out var used) && used == text.Length && milliseconds != long.MinValue;

    /// <summary>Seconds, as OpenMetrics has them; to milliseconds.</summary>
    internal static bool TryParseSeconds(ReadOnlySpan<byte> text, out long milliseconds)
    {
        milliseconds = 0;
        if (!TryParse(text, out var seconds) || !double.IsFinite(seconds) || Math.Abs(seconds) > 9e15)
        {
            return false;
        }

        milliseconds = (long)Math.Round(seconds * 1000);
        return true;
    }

    private static bool IsPlainNumber(ReadOnlySpan<byte> text)
    {
        var first = text[0] is (byte)'+' or (byte)'-' ? 1 : 0;
        return text.Length > first && text[first] is (>= (byte)'0' and <= (byte)'9') or (byte)'.';
    }

    private static bool TryParseWord(ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        if (text.Length is 0 or > 9)
        {
            return false;
        }

        Span<byte> lower = stackalloc byte[text.Length];
        for (var i = 0; i < text.Length; i++)
        {
            lower[i] = (byte)(text[i] | 0x20);
        }

        if (lower.SequenceEqual("nan"u8))
        {
            value = double.NaN;
            return true;
        }

        var negative = text[0] == '-';
        ReadOnlySpan<byte> rest = text[0] is (byte)'-' or (byte)'+' ? lower[1..] : lower;
        if (!rest.SequenceEqual("inf"u8) && !rest.SequenceEqual("infinity"u8))
        {
            return false;
        }

        value = negative ? double.NegativeInfinity : double.PositiveInfinity;
        return true;
    }
}
