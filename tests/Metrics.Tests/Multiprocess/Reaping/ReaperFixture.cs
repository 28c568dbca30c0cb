using System.Globalization;
using DynamoAspire.Metrics.Multiprocess;
using DynamoAspire.Metrics.Multiprocess.Writing;
using DynamoAspire.Testing;

namespace DynamoAspire.Metrics.Tests.Multiprocess.Reaping;

/// <summary>A directory with files of processes that do not run: their ids are above what Linux gives.</summary>
internal sealed class ReaperFixture : IDisposable
{
    internal const int FirstDead = 5_000_001;

    internal TemporaryDirectory Folder { get; } = new();

    internal string Path => Folder.Path;

    public void Dispose() => Folder.Dispose();

    /// <summary>Writes counters, histograms, summaries and gauges with fractions that add up differently in every order.</summary>
    internal void WriteDead(int count, int first = FirstDead)
    {
        for (var i = 0; i < count; i++)
        {
            var random = new Random(first + i);
            using var writer = Writer((first + i).ToString(CultureInfo.InvariantCulture));
            Fill(writer, random);
        }
    }

    internal MultiprocessWriter Writer(string identifier) => new(Path, new MultiprocessWriterOptions { Identifier = identifier });

    internal static void Fill(MultiprocessWriter writer, Random random)
    {
        var counter = writer.Counter("c", "Counts.", "l");
        var histogram = writer.Histogram("h", "Spread.", [0.5, 1, random.Next(2, 9)], "l");
        var summary = writer.Summary("s", "Sums.");
        for (var i = 0; i < 20; i++)
        {
            counter.With($"v{random.Next(9)}").Inc(random.NextDouble());
            histogram.With($"v{random.Next(3)}").Observe(random.NextDouble() * 3);
            summary.With().Observe(random.NextDouble() / 3);
        }

        writer.Gauge("g_live", "Live.", GaugeMode.LiveSum).With().Set(1);
        writer.Gauge("g_last", "Lasting.", GaugeMode.Max).With().Set(random.Next(100));
    }

    /// <summary>What a collector that has never seen the directory reports, without the live gauges.</summary>
    internal string Totals() => string.Join('\n', ExpositionText.Of(new MultiprocessDirectory(Path)).Split('\n').Where(l => !l.Contains("g_live", StringComparison.Ordinal)).Order(StringComparer.Ordinal));

    internal IEnumerable<string> Names() => Directory.EnumerateFiles(Path).Select(p => System.IO.Path.GetFileName(p)).Order(StringComparer.Ordinal);
}
