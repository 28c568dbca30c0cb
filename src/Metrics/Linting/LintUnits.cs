namespace DynamoAspire.Metrics.Linting;

/// <summary>Units as parts of names, and the base unit that Prometheus' practices prefer to each.</summary>
internal static class LintUnits
{
    private static readonly Dictionary<string, string> s_base = new(StringComparer.Ordinal)
    {
        ["amperes"] = "amperes",
        ["bytes"] = "bytes",
        ["celsius"] = "celsius",
        ["grams"] = "grams",
        ["joules"] = "joules",
        ["kelvin"] = "kelvin",
        ["meters"] = "meters",
        ["metres"] = "metres",
        ["seconds"] = "seconds",
        ["volts"] = "volts",
        ["minutes"] = "seconds",
        ["hours"] = "seconds",
        ["days"] = "seconds",
        ["weeks"] = "seconds",
        ["kelvins"] = "kelvin",
        ["fahrenheit"] = "celsius",
        ["rankine"] = "celsius",
        ["inches"] = "meters",
        ["yards"] = "meters",
        ["miles"] = "meters",
        ["bits"] = "bytes",
        ["calories"] = "joules",
        ["pounds"] = "grams",
        ["ounces"] = "grams",
    };

    private static readonly string[] s_prefixes =
        ["pico", "nano", "micro", "milli", "centi", "deci", "deca", "hecto", "kilo", "kibi", "mega", "mibi", "giga", "gibi", "tera", "tebi", "peta", "pebi"];

    /// <summary>Abbreviations that say too little.</summary>
    internal static string[] Abbreviations { get; } = ["s", "ms", "us", "ns", "sec", "b", "kb", "mb", "gb", "tb", "pb", "m", "h", "d"];

    /// <summary>The first unit in the name, prefix included, and its base unit.</summary>
    internal static bool TryFind(string name, out string unit, out string baseUnit)
    {
        foreach (var word in name.Split('_'))
        {
            unit = word;
            if (s_base.TryGetValue(word, out baseUnit!))
            {
                return true;
            }

            foreach (var prefix in s_prefixes)
            {
                if (word.StartsWith(prefix, StringComparison.Ordinal) && s_base.TryGetValue(word[prefix.Length..], out baseUnit!))
                {
                    return true;
                }
            }
        }

        unit = baseUnit = "";
        return false;
    }
}
