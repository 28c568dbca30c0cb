using System.Globalization;
using System.Text;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Multiprocess;
using DynamoAspire.Metrics.Multiprocess.Writing;
using DynamoAspire.Testing;

namespace DynamoAspire.Cli.Tests.Reap;

/// <summary>A directory full of what processes have left that do not run: their ids are above what Linux gives.</summary>
internal sealed class DeadWriters : IDisposable
{
    private const int FirstDead = 5_000_001;

    private readonly TemporaryDirectory _folder = new();
    private readonly MultiprocessDirectory _warm;
    private readonly MetricSnapshot _snapshot = new();
    private int _next = FirstDead;

    internal DeadWriters() => _warm = new MultiprocessDirectory(_folder.Path);

    internal string Path => _folder.Path;

    internal string Journal => _folder.Combine(".dynamo-aspire-reaper.journal");

    internal string Draft => _folder.Combine(".dynamo-aspire-reaper.archive.tmp");

    internal string Lock => _folder.Combine(".dynamo-aspire-reaper.lock");

    public void Dispose() => _folder.Dispose();

    /// <summary>Adds processes, each with a counter, a histogram, a summary and a live gauge; fractions that add up differently in every order.</summary>
    internal void Add(int processes)
    {
        for (var last = _next + processes; _next < last; _next++)
        {
            var random = new Random(_next);
            using var writer = new MultiprocessWriter(Path, new MultiprocessWriterOptions { Identifier = _next.ToString(CultureInfo.InvariantCulture) });
            var counter = writer.Counter("c", "Counts.", "l");
            var histogram = writer.Histogram("h", "Spread.", [0.5, 1, random.Next(2, 9)], "l");
            var summary = writer.Summary("s", "Sums.");
            for (var i = 0; i < 6; i++)
            {
                counter.With($"v{random.Next(9)}").Inc(random.NextDouble());
                histogram.With($"v{random.Next(3)}").Observe(random.NextDouble() * 3);
                summary.With().Observe(random.NextDouble() / 3);
            }

            writer.Gauge("live", "Live.", GaugeMode.LiveSum).With().Set(1);
        }
    }

    /// <summary>Every total, to the last digit, as a collector reports it that has never seen the directory. The live gauges are not among them: they go.</summary>
    internal string Totals() => Totals(new MultiprocessDirectory(Path), new MetricSnapshot());

    /// <summary>As <see cref="Totals()"/>, by one and the same collector every time, which knows the files of earlier calls.</summary>
    internal string WarmTotals() => Totals(_warm, _snapshot);

    private static string Totals(MultiprocessDirectory directory, MetricSnapshot snapshot)
    {
        directory.Collect(snapshot);
        var lines = new List<string>();
        for (var i = 0; i < snapshot.FamilyCount; i++)
        {
            foreach (ref readonly var sample in snapshot[i].Samples)
            {
                if (snapshot[i].Header.Type != MetricType.Gauge)
                {
                    lines.Add($"{Encoding.UTF8.GetString(sample.Series.Text)} {BitConverter.DoubleToInt64Bits(sample.Value):x16}");
                }
            }
        }

        lines.Sort(StringComparer.Ordinal);
        return string.Join('\n', lines);
    }
}
