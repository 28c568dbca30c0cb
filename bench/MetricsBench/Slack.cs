using System.Globalization;

namespace DynamoAspire.MetricsBench;

/// <summary>
/// <c>--slack N</c>: bars that are ratios are wanted N times less strictly, and bars that are absolute not at all. For machines that do other work meanwhile, such as those of CI:
/// what breaks then is broken by far.
/// </summary>
internal static class Slack
{
    private const string Option = "--slack";

    /// <summary>The factor, or null where the bars hold as they are.</summary>
    public static double? Of(string[] args)
    {
        var at = Array.IndexOf(args, Option);
        if (at < 0)
        {
            return null;
        }

        return at + 1 < args.Length && double.TryParse(args[at + 1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var factor) && factor > 0
            ? factor
            : throw new ArgumentException($"{Option} needs a number above zero, such as 4.");
    }

    /// <summary>The arguments without the option.</summary>
    public static string[] Without(string[] args)
    {
        var at = Array.IndexOf(args, Option);
        return at < 0 ? args : [.. args[..at], .. args[Math.Min(at + 2, args.Length)..]];
    }
}
