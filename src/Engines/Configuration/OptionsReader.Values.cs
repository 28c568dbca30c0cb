using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;

namespace DynamoAspire.Engines.Configuration;

public static partial class OptionsReader
{
    /// <summary>A configured text as it may be shown: user and password of URLs are hidden, long ones are cut.</summary>
    public static string Shown(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var hidden = UserInfo().Replace(text, "://***@");
        return hidden.Length > 120 ? hidden[..119] + "…" : hidden;
    }

    [GeneratedRegex("://[^/@,]*@")]
    private static partial Regex UserInfo();

    private static bool IsScalar(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return type == typeof(string) || type == typeof(bool) || type == typeof(TimeSpan) || type == typeof(Uri) || type.IsEnum
            || type == typeof(int) || type == typeof(uint) || type == typeof(long) || type == typeof(ulong) || type == typeof(double)
            || FromString(type) is not null;
    }

    /// <summary>Constructor of a type that wraps one string, such as a secret.</summary>
    private static ConstructorInfo? FromString(Type type) =>
        type is { IsValueType: true, IsPrimitive: false } ? type.GetConstructor([typeof(string)]) : null;

    private static bool TryReadScalar(Type type, IConfigurationSection section, ConfigurationProblems problems, out object? value)
    {
        value = null;
        if (section.GetChildren().FirstOrDefault() is { } child)
        {
            problems.Add("", $"is a single value, but {child.Path} is given below it; remove that");
            return false;
        }

        // An empty value means "not given": container platforms pass variables that are set to nothing.
        if (string.IsNullOrWhiteSpace(section.Value) && type != typeof(string))
        {
            return false;
        }

        return TryConvert(type, section.Value ?? "", problems, out value);
    }

    private static bool TryConvert(Type type, string text, ConfigurationProblems problems, out object? value)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string))
        {
            value = text;
            return true;
        }

        if (FromString(type) is { } constructor)
        {
            value = constructor.Invoke([text]);
            return true;
        }

        var trimmed = text.Trim();
        (object? Value, string Expected) result = type switch
        {
            _ when type == typeof(bool) => (ParseBool(trimmed), "true or false"),
            _ when type == typeof(int) => (int.TryParse(trimmed, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var i) ? i : null, $"a whole number from {int.MinValue} to {int.MaxValue}"),
            _ when type == typeof(uint) => (uint.TryParse(trimmed, NumberStyles.None, CultureInfo.InvariantCulture, out var u) ? u : null, $"a whole number from 0 to {uint.MaxValue}"),
            _ when type == typeof(long) => (long.TryParse(trimmed, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var l) ? l : null, "a whole number"),
            _ when type == typeof(ulong) => (ParseUInt64(trimmed), $"a whole number from 0 to {ulong.MaxValue}, decimal or 0x… in hexadecimal"),
            _ when type == typeof(double) => (double.TryParse(trimmed, NumberStyles.Float, CultureInfo.InvariantCulture, out var d) ? d : null, "a number, with '.' before the fraction"),
            _ when type == typeof(TimeSpan) => (Durations.TryParse(trimmed, out var t) ? t : (object?)null, "a duration with its unit, such as 250ms, 2s, 5m or 00:00:02"),
            _ when type == typeof(Uri) => (Uri.TryCreate(trimmed, UriKind.Absolute, out var uri) ? uri : null, "an absolute URL"),
            _ => (ParseEnum(type, trimmed), "one of " + string.Join(", ", Enum.GetNames(type))),
        };
        value = result.Value;
        if (value is null)
        {
            problems.Add("", $"'{Shown(text)}' is not {result.Expected}");
        }

        return value is not null;
    }

    private static bool? ParseBool(string text) => text.ToUpperInvariant() switch
    {
        "TRUE" or "1" or "YES" or "ON" => true,
        "FALSE" or "0" or "NO" or "OFF" => false,
        _ => null,
    };

    private static ulong? ParseUInt64(string text)
    {
        var hex = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase);
        return ulong.TryParse(hex ? text.AsSpan(2) : text, hex ? NumberStyles.AllowHexSpecifier : NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    // By name only: a number would be accepted for any enum, whether it means something or not.
    private static object? ParseEnum(Type type, string text) =>
        Enum.GetNames(type).FirstOrDefault(n => string.Equals(n, text, StringComparison.OrdinalIgnoreCase)) is { } name ? Enum.Parse(type, name) : null;
}
