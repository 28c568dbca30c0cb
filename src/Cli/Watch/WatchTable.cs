using System.Text;
using DynamoAspire.Metrics.Model;

namespace DynamoAspire.Cli.Watch;

/// <summary>Makes rows of a reading, with rates since the one before.</summary>
internal sealed class WatchTable(IReadOnlyList<string> prefixes, string? match, bool buckets)
{
    private readonly byte[][] _prefixes = [.. prefixes.Select(Encoding.UTF8.GetBytes)];
    private readonly Dictionary<Series, Seen> _seen = [];
    private long _reading;

    /// <summary>The rows of a reading, in its order.</summary>
    /// <param name="snapshot">The reading.</param>
    /// <param name="elapsed">Time since the one before; null for the first.</param>
    internal List<WatchRow> Rows(MetricSnapshot snapshot, TimeSpan? elapsed)
    {
        _reading++;
        var rows = new List<WatchRow>();
        for (var i = 0; i < snapshot.FamilyCount; i++)
        {
            var family = snapshot[i];
            if (!HasPrefix(family.Header.Name))
            {
                continue;
            }

            foreach (ref readonly var sample in family.Samples)
            {
                if (IsShown(family.Header, sample.Series))
                {
                    Add(rows, family.Header, sample, elapsed);
                }
            }
        }

        foreach (var (series, seen) in _seen)
        {
            if (seen.Reading != _reading)
            {
                _seen.Remove(series);
            }
        }

        return rows;
    }

    private void Add(List<WatchRow> rows, FamilyHeader header, in Sample sample, TimeSpan? elapsed)
    {
        var known = _seen.TryGetValue(sample.Series, out var before);
        var text = known ? before.Text : Printable(sample.Series);
        _seen[sample.Series] = new Seen(sample.Value, text, _reading);
        if (match is not null && !text.Contains(match, StringComparison.OrdinalIgnoreCase))
        {
            return;
        }

        double? rate = null;
        if (known && elapsed is { } time && time > TimeSpan.Zero && Grows(header, sample.Series))
        {
            // A counter that fell was set back to 0 in between, as Prometheus reckons.
            rate = (sample.Value >= before.Value ? sample.Value - before.Value : sample.Value) / time.TotalSeconds;
        }

        rows.Add(new WatchRow(text, sample.Value, rate, known && !before.Value.Equals(sample.Value)));
    }

    private bool HasPrefix(ReadOnlySpan<byte> name)
    {
        foreach (var prefix in _prefixes)
        {
            if (name.StartsWith(prefix))
            {
                return true;
            }
        }

        return _prefixes.Length == 0;
    }

    private bool IsShown(FamilyHeader header, Series series) =>
        buckets || header.Type is not (MetricType.Histogram or MetricType.GaugeHistogram) || !series.Name.EndsWith("_bucket"u8);

    private static bool Grows(FamilyHeader header, Series series) =>
        (header.Type is MetricType.Counter or MetricType.Histogram && !series.Name.EndsWith("_created"u8))
        || (header.Type == MetricType.Summary && (series.Name.EndsWith("_count"u8) || series.Name.EndsWith("_sum"u8)));

    /// <summary>A label value from elsewhere must not be able to steer the terminal.</summary>
    private static string Printable(Series series) => string.Concat(series.ToString().Select(c => char.IsControl(c) ? '?' : c));

    private readonly record struct Seen(double Value, string Text, long Reading);
}
