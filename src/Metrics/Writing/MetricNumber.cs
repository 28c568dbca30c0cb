using System.Buffers.Text;
using System.Globalization;

namespace DynamoAspire.Metrics.Writing;

/// <summary>
/// Writes doubles as the Python client does, so that <c>le</c> values of its series and of ours are the same text: the shortest digits that read back to the same
/// double, <c>.0</c> after integers, exponent form from 1e16 up and below 1e-4 - and, for positive values only, also from seven digits before the point on (<c>1e+06</c>).
/// </summary>
public static class MetricNumber
{
    /// <summary>No number is longer than this many bytes.</summary>
    public const int MaxLength = 32;

    /// <summary>Writes the number; returns its length.</summary>
    /// <param name="value">Number.</param>
    /// <param name="destination">At least <see cref="MaxLength"/> bytes.</param>
    public static int Format(double value, Span<byte> destination)
    {
        // Below 1e6 an integer is its digits and ".0" in either notation; most samples are such.
        if (value is > -1e15 and < 1e6 && value == Math.Truncate(value) && (value != 0 || !double.IsNegative(value)))
        {
            Utf8Formatter.TryFormat((long)value, destination, out var length);
            destination[length++] = (byte)'.';
            destination[length++] = (byte)'0';
            return length;
        }

        if (!double.IsFinite(value))
        {
            var word = double.IsNaN(value) ? "NaN"u8 : value > 0 ? "+Inf"u8 : "-Inf"u8;
            word.CopyTo(destination);
            return word.Length;
        }

        return FormatDigits(value, destination);
    }

    /// <summary>The number as text.</summary>
    public static string ToText(double value)
    {
        Span<byte> buffer = stackalloc byte[MaxLength];
        return System.Text.Encoding.ASCII.GetString(buffer[..Format(value, buffer)]);
    }

    private static int FormatDigits(double value, Span<byte> destination)
    {
        Span<byte> source = stackalloc byte[MaxLength];
        value.TryFormat(source, out var sourceLength, default, CultureInfo.InvariantCulture);

        // Taken apart into sign, significant digits without leading zeros, and the position of the point: 0.d1d2d3... × 10^point.
        Span<byte> digits = stackalloc byte[MaxLength];
        var count = 0;
        var point = 0;
        var exponent = 0;
        var seenPoint = false;
        var at = 0;
        var negative = source[0] == (byte)'-';
        for (var i = negative ? 1 : 0; i < sourceLength; i++)
        {
            var b = source[i];
            if (b == (byte)'.')
            {
                seenPoint = true;
            }
            else if (b == (byte)'E')
            {
                exponent = int.Parse(source[(i + 1)..sourceLength], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
                break;
            }
            else if (b == (byte)'0' && count == 0)
            {
                point -= seenPoint ? 1 : 0;
            }
            else
            {
                digits[count++] = b;
                point += seenPoint ? 0 : 1;
            }
        }

        point += exponent;
        while (count > 0 && digits[count - 1] == (byte)'0')
        {
            count--;
        }

        if (negative)
        {
            destination[at++] = (byte)'-';
        }

        if (count == 0)
        {
            "0.0"u8.CopyTo(destination[at..]);
            return at + 3;
        }

        if (point is > 16 or < -3 || (point > 6 && !negative))
        {
            return at + FormatExponent(digits[..count], point - 1, destination[at..]);
        }

        if (point <= 0)
        {
            "0."u8.CopyTo(destination[at..]);
            at += 2;
            destination.Slice(at, -point).Fill((byte)'0');
            at -= point;
            digits[..count].CopyTo(destination[at..]);
            return at + count;
        }

        for (var i = 0; i < point; i++)
        {
            destination[at++] = i < count ? digits[i] : (byte)'0';
        }

        destination[at++] = (byte)'.';
        if (count <= point)
        {
            destination[at++] = (byte)'0';
            return at;
        }

        digits[point..count].CopyTo(destination[at..]);
        return at + count - point;
    }

    private static int FormatExponent(ReadOnlySpan<byte> digits, int exponent, Span<byte> destination)
    {
        var at = 0;
        destination[at++] = digits[0];
        if (digits.Length > 1)
        {
            destination[at++] = (byte)'.';
            digits[1..].CopyTo(destination[at..]);
            at += digits.Length - 1;
        }

        destination[at++] = (byte)'e';
        destination[at++] = exponent < 0 ? (byte)'-' : (byte)'+';
        exponent = Math.Abs(exponent);
        if (exponent < 10)
        {
            destination[at++] = (byte)'0';
        }

        Utf8Formatter.TryFormat(exponent, destination[at..], out var length);
        return at + length;
    }
}
