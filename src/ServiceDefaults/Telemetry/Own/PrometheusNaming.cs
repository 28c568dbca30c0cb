using System.Text;
using OpenTelemetry.Metrics;

namespace DynamoAspire.ServiceDefaults.Telemetry.Own;

/// <summary>
/// Names of instruments in Prometheus' terms, by the rules of OpenTelemetry
/// (https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/) as its Prometheus exporter applies them.
/// </summary>
internal static class PrometheusNaming
{
    private const string Total = "_total";

    /// <summary>Name as samples carry it: sanitised, with the unit and, for counters, <c>_total</c> at its end (where it stood before the unit, it moves).</summary>
    public static string MetricName(string name, string? unit, bool isCounter)
    {
        var result = Sanitize(isCounter && name.EndsWith(Total, StringComparison.Ordinal) ? name[..^Total.Length] : name);
        var suffix = Unit(unit);
        if (suffix.Length > 0 && !result.EndsWith(suffix, StringComparison.Ordinal))
        {
            result += "_" + suffix;
        }

        return isCounter ? result + Total : result;
    }

    /// <summary>Label name: a run of what is not allowed becomes one <c>_</c>.</summary>
    public static string LabelName(string key)
    {
        if (key.Length == 0)
        {
            return "_";
        }

        var label = new StringBuilder(key.Length + 1);
        if (char.IsAsciiDigit(key[0]))
        {
            label.Append('_');
        }

        foreach (var c in key)
        {
            if (char.IsAsciiLetterOrDigit(c) || c == '_')
            {
                label.Append(c);
            }
            else if (label.Length == 0 || label[^1] != '_')
            {
                label.Append('_');
            }
        }

        return label.ToString();
    }

    /// <summary>Whether an OpenTelemetry type is a Prometheus counter.</summary>
    public static bool IsCounter(MetricType type) => type is MetricType.LongSum or MetricType.DoubleSum;

    // Runs of characters that are not allowed, underscores included, become one underscore.
    private static string Sanitize(string name)
    {
        var result = new StringBuilder(name.Length + 1);
        var lastIsUnderscore = false;
        for (var i = 0; i < name.Length; i++)
        {
            var c = name[i];
            var allowed = char.IsAsciiLetter(c) || c == ':' || (char.IsAsciiDigit(c) && i > 0);
            if (allowed)
            {
                result.Append(c);
                lastIsUnderscore = false;
            }
            else if (!lastIsUnderscore)
            {
                result.Append('_');
                lastIsUnderscore = true;
            }
        }

        return result.ToString();
    }

    private static string Unit(string? unit)
    {
        if (string.IsNullOrEmpty(unit))
        {
            return "";
        }

        var plain = RemoveAnnotations(unit);
        var slash = plain.IndexOf('/', StringComparison.Ordinal);
        var words = slash >= 0 && slash < plain.Length - 1
            ? Word(plain[..slash]) + "_per_" + PerWord(plain[(slash + 1)..])
            : Word(plain);
        return SanitizeUnit(words);
    }

    private static string SanitizeUnit(string unit)
    {
        var result = new StringBuilder(unit.Length);
        foreach (var c in unit)
        {
            if (char.IsAsciiLetterOrDigit(c) || c == ':')
            {
                result.Append(c);
            }
            else if (result.Length == 0 || result[^1] != '_')
            {
                result.Append('_');
            }
        }

        return result.ToString().Trim('_');
    }

    // {request} says what is counted, not in which unit.
    private static string RemoveAnnotations(string unit)
    {
        var open = unit.IndexOf('{', StringComparison.Ordinal);
        while (open >= 0 && unit.IndexOf('}', open) is var close and > 0)
        {
            unit = unit.Remove(open, close - open + 1);
            open = unit.IndexOf('{', StringComparison.Ordinal);
        }

        return unit;
    }

    private static string Word(string unit) => unit switch
    {
        "d" => "days",
        "h" => "hours",
        "min" => "minutes",
        "s" => "seconds",
        "ms" => "milliseconds",
        "us" => "microseconds",
        "ns" => "nanoseconds",
        "By" or "B" => "bytes",
        "KiBy" => "kibibytes",
        "MiBy" => "mebibytes",
        "GiBy" => "gibibytes",
        "TiBy" => "tibibytes",
        "KBy" or "KB" => "kilobytes",
        "MBy" or "MB" => "megabytes",
        "GBy" or "GB" => "gigabytes",
        "TBy" or "TB" => "terabytes",
        "m" => "meters",
        "V" => "volts",
        "A" => "amperes",
        "J" => "joules",
        "W" => "watts",
        "g" => "grams",
        "Cel" => "celsius",
        "Hz" => "hertz",
        "1" => "",
        "%" => "percent",
        "$" => "dollars",
        _ => unit,
    };

    private static string PerWord(string unit) => unit switch
    {
        "s" => "second",
        "m" => "minute",
        "h" => "hour",
        "d" => "day",
        "w" => "week",
        "mo" => "month",
        "y" => "year",
        _ => unit,
    };
}
