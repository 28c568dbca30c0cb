using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Multiprocess;
using DynamoAspire.Testing;

namespace DynamoAspire.Metrics.FuzzTests;

/// <summary>Real Python processes write at full speed while their directory is collected ten times a second.</summary>
[Trait("Category", "Integration")]
public sealed class PythonWritersTests
{
    private const int Writers = 8;

    private const string Script =
        """
        import sys, time
        from prometheus_client import Counter, Histogram
        counter = Counter('c', 'Counts.', ['l'])
        histogram = Histogram('h', 'Spread.', buckets=[1, 2, 4])
        end = time.monotonic() + float(sys.argv[1])
        n = 0
        while time.monotonic() < end:
            for i in range(200):
                counter.labels(str(n % 50)).inc()
                histogram.observe(n % 8)
                n += 1
        print('written', n)
        """;

    /// <summary>Half a minute with <c>MULTIPROCESS_FUZZ=full</c>, otherwise three seconds.</summary>
    [Fact]
    public async Task Collect_WhileEightPythonProcessesWrite_CountersOnlyGrowAndEndExact()
    {
        var seconds = Environment.GetEnvironmentVariable("MULTIPROCESS_FUZZ") == "full" ? "30" : "3";
        using var folder = new TemporaryDirectory();
        var environment = new Dictionary<string, string?> { ["PROMETHEUS_MULTIPROC_DIR"] = folder.Path };
        var script = Path.Combine(folder.Path, "writer.py");
        await File.WriteAllTextAsync(script, Script);
        var writers = Enumerable.Range(0, Writers).Select(_ => Python.Start(script, [seconds], environment)).ToArray();
        try
        {
            var directory = new MultiprocessDirectory(folder.Path);
            var snapshot = new MetricSnapshot();
            var last = new Dictionary<string, double>(StringComparer.Ordinal);
            using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
            var collections = 0;
            while (writers.Any(w => !w.HasExited) && await timer.WaitForNextTickAsync())
            {
                directory.Collect(snapshot);
                AssertGrown(snapshot, last);
                collections++;
            }

            var written = 0.0;
            foreach (var writer in writers)
            {
                Assert.Equal(0, await writer.WaitForExitAsync());
                written += double.Parse(writer.StandardOutput.Single(l => l.StartsWith("written", StringComparison.Ordinal))["written ".Length..], System.Globalization.CultureInfo.InvariantCulture);
            }

            directory.Collect(snapshot);
            AssertGrown(snapshot, last);
            Assert.True(collections >= 10, $"only {collections} collections");
            Assert.Equal(written, last.Where(s => s.Key.StartsWith("c_total{", StringComparison.Ordinal)).Sum(s => s.Value));
            Assert.Equal(written, last["h_count"]);
            Assert.Equal(written, last["h_bucket{le=\"+Inf\"}"]);
            Assert.Empty(directory.Skips);
        }
        finally
        {
            foreach (var writer in writers)
            {
                await writer.DisposeAsync();
            }
        }
    }

    private static void AssertGrown(MetricSnapshot snapshot, Dictionary<string, double> last)
    {
        for (var i = 0; i < snapshot.FamilyCount; i++)
        {
            foreach (ref readonly var sample in snapshot[i].Samples)
            {
                var name = sample.Series.ToString();
                Assert.True(sample.Value >= last.GetValueOrDefault(name), $"{name} fell from {last.GetValueOrDefault(name)} to {sample.Value}");
                last[name] = sample.Value;
            }
        }
    }
}
