namespace DynamoAspire.Metrics.Naming;

/// <summary>Which names are valid, and Dynamo's rules that make them so.</summary>
public static class MetricNames
{
    /// <summary>Whether a metric name is <c>[a-zA-Z_:][a-zA-Z0-9_:]*</c>.</summary>
    public static bool IsValidMetricName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return IsValid(name, allowColon: true);
    }

    /// <summary>Whether a label name is <c>[a-zA-Z_][a-zA-Z0-9_]*</c> and not reserved (<c>__</c> in front).</summary>
    public static bool IsValidLabelName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return IsValid(name, allowColon: false) && !name.StartsWith("__", StringComparison.Ordinal);
    }

    /// <summary>Makes a metric name valid: each bad character becomes <c>_</c>, and <c>_</c> goes before a bad first one.</summary>
    /// <returns>False if the name is empty or nothing but underscores remains.</returns>
    public static bool TrySanitizeMetricName(string name, out string sanitized)
    {
        ArgumentNullException.ThrowIfNull(name);
        return TrySanitize(name, allowColon: true, out sanitized);
    }

    /// <summary>Makes a label name, or a value that stands for a name, valid: as a metric name, but colons are bad too and a reserved <c>__</c> in front is taken off.</summary>
    /// <returns>False if the name is empty or nothing but underscores remains.</returns>
    public static bool TrySanitizeLabelName(string name, out string sanitized)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!TrySanitize(name, allowColon: false, out sanitized))
        {
            return false;
        }

        while (sanitized.StartsWith("__", StringComparison.Ordinal))
        {
            sanitized = sanitized[2..];
        }

        if (char.IsAsciiDigit(sanitized[0]))
        {
            sanitized = "_" + sanitized;
        }

        return true;
    }

    private static bool IsValid(string name, bool allowColon)
    {
        if (name.Length == 0 || char.IsAsciiDigit(name[0]))
        {
            return false;
        }

        foreach (var c in name)
        {
            if (!IsAllowed(c, allowColon))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsAllowed(char c, bool allowColon) => char.IsAsciiLetterOrDigit(c) || c == '_' || (c == ':' && allowColon);

    private static bool TrySanitize(string name, bool allowColon, out string sanitized)
    {
        sanitized = "";
        if (name.Length == 0)
        {
            return false;
        }

        var text = string.Create(name.Length, (name, allowColon), static (span, state) =>
        {
            for (var i = 0; i < span.Length; i++)
            {
                span[i] = IsAllowed(state.name[i], state.allowColon) ? state.name[i] : '_';
            }
        });
        if (text.AsSpan().IndexOfAnyExcept('_') < 0)
        {
            return false;
        }

        sanitized = char.IsAsciiLetter(text[0]) || text[0] == '_' ? text : "_" + text;
        return true;
    }
}
