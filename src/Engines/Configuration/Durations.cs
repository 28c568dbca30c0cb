using System.Globalization;

namespace DynamoAspire.Engines.Configuration;

/// <summary>
/// Durations as people write them: <c>500us</c>, <c>250ms</c>, <c>2s</c>, <c>1.5s</c>, <c>5m</c>, <c>1h</c>, <c>7d</c>, or .NET's <c>hh:mm:ss[.fff]</c>.
/// A bare number is refused, because .NET would read "5" as five days.
/// </summary>
public static class Durations
{
    private static readonly (string Suffix, double Ticks)[] s_units =
    [
        // "ms" and "us" come before "s", which both end with.
        ("ms", TimeSpan.TicksPerMillisecond),
        ("us", TimeSpan.TicksPerMicrosecond),
        ("s", TimeSpan.TicksPerSecond),
        ("m", TimeSpan.TicksPerMinute),
        ("h", TimeSpan.TicksPerHour),
        ("d", TimeSpan.TicksPerDay),
    ];

    /// <summary>Reads one; false if it is none.</summary>
    public static bool TryParse(string text, out TimeSpan value)
    {
        ArgumentNullException.ThrowIfNull(text);
        value = default;
        var trimmed = text.AsSpan().Trim();
        foreach (var (suffix, ticks) in s_units)
        {
            if (!trimmed.EndsWith(suffix, StringComparison.OrdinalIgnoreCase))
            {
                continue;
            }

            if (!double.TryParse(trimmed[..^suffix.Length].TrimEnd(), NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                || Math.Abs(number * ticks) > TimeSpan.MaxValue.Ticks / 2.0)
            {
                return false;
            }

            value = new TimeSpan((long)Math.Round(number * ticks));
            return true;
        }

        return trimmed.Contains(':') && TimeSpan.TryParse(trimmed, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>Writes one in the largest unit that leaves no fraction.</summary>
    public static string Format(TimeSpan value)
    {
        (string Suffix, long Ticks)[] units =
        [
            ("d", TimeSpan.TicksPerDay), ("h", TimeSpan.TicksPerHour), ("m", TimeSpan.TicksPerMinute),
            ("s", TimeSpan.TicksPerSecond), ("ms", TimeSpan.TicksPerMillisecond), ("us", TimeSpan.TicksPerMicrosecond),
        ];
        foreach (var (suffix, ticks) in units)
        {
            if (value.Ticks != 0 && value.Ticks % ticks == 0)
            {
                return (value.Ticks / ticks).ToString(CultureInfo.InvariantCulture) + suffix;
            }
        }

        return value.Ticks == 0 ? "0s" : value.ToString("c", CultureInfo.InvariantCulture);
    }
}
