using System.Buffers.Text;

namespace DynamoAspire.Metrics.Parsing;

/// <summary>Numbers on sample lines.</summary>
internal static class NumberText
{
    // Powers of ten that a double holds exactly: mantissa and power exact, one operation, so the result is the nearest double.
    private static readonly double[] s_powers = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22];

    /// <summary>
    /// The number that the text begins with, if it is one of the many that need no rounding: up to 18 digits that fit 53 bits, a power of ten within ±22.
    /// False says nothing about the text.
    /// </summary>
    internal static bool TryParseStart(ReadOnlySpan<byte> text, out double value, out int length)
    {
        var at = 0;
        var negative = false;
        if (!text.IsEmpty && text[0] is (byte)'-' or (byte)'+')
        {
            negative = text[0] == '-';
            at = 1;
        }

        ulong mantissa = 0;
        var start = at;
        uint digit;
        while (at < text.Length && (digit = (uint)(text[at] - '0')) <= 9)
        {
            mantissa = (mantissa * 10) + digit;
            at++;
        }

        var digits = at - start;
        var power = 0;
        if (at < text.Length && text[at] == '.')
        {
            start = ++at;
            while (at < text.Length && (digit = (uint)(text[at] - '0')) <= 9)
            {
                mantissa = (mantissa * 10) + digit;
                at++;
            }

            power = start - at;
            digits -= power;
        }

        value = 0;
        length = 0;
        if (digits is 0 or > 18 || mantissa > 1UL << 53)
        {
            return false;
        }

        if (at < text.Length && (text[at] | 0x20) == 'e' && !TryParseExponent(text, ref at, ref power))
        {
            return false;
        }

        if (power is < -22 or > 22)
        {
            return false;
        }

        value = power < 0 ? mantissa / s_powers[-power] : mantissa * s_powers[power];
        value = negative ? -value : value;
        length = at;
        return true;
    }

    /// <summary>Whether it is 10 to the power of -10 … 10, as a reader of text gets it.</summary>
    internal static bool IsPowerOfTen(double value)
    {
        for (var i = 0; i <= 10; i++)
        {
            if (value == s_powers[i] || value == 1 / s_powers[i])
            {
                return true;
            }
        }

        return false;
    }

    private static bool TryParseExponent(ReadOnlySpan<byte> text, ref int at, ref int power)
    {
        at++;
        var negative = false;
        if (at < text.Length && text[at] is (byte)'-' or (byte)'+')
        {
            negative = text[at] == '-';
            at++;
        }

        var start = at;
        var exponent = 0;
        while (at < text.Length && (uint)(text[at] - '0') <= 9 && at - start < 4)
        {
            exponent = (exponent * 10) + (text[at] - '0');
            at++;
        }

        power += negative ? -exponent : exponent;
        return at > start && at - start < 4;
    }

    /// <summary>
    /// <c>[sign] digits [ "." digits ] [ exponent ]</c>, <c>[sign] "Inf" / "Infinity"</c> and <c>"NaN"</c> in any case. No hexadecimal and no underscores, as in Prometheus.
    /// </summary>
    internal static bool TryParse(ReadOnlySpan<byte> text, out double value)
    {
        if (TryParseStart(text, out value, out var length) && length == text.Length)
        {
            return true;
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
