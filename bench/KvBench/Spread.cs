using System.Globalization;

namespace DynamoAspire.KvBench;

/// <summary>Best, median and worst of several runs of the same work, in the unit the caller measured in.</summary>
internal readonly record struct Spread(double Minimum, double Median, double Maximum)
{
    public static Spread Of(IEnumerable<double> runs)
    {
        var sorted = runs.Order().ToArray();
        if (sorted.Length == 0)
        {
            throw new ArgumentException("No run to take the spread of.", nameof(runs));
        }

        var middle = sorted.Length / 2;
        var median = sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        return new Spread(sorted[0], median, sorted[^1]);
    }

    /// <summary><c>median (minimum … maximum)</c>.</summary>
    public string ToText(string format = "0.###") =>
        string.Create(CultureInfo.InvariantCulture, $"{Median.ToString(format, CultureInfo.InvariantCulture)} ({Minimum.ToString(format, CultureInfo.InvariantCulture)} … {Maximum.ToString(format, CultureInfo.InvariantCulture)})");
}
