using DynamoAspire.Metrics.Multiprocess;
using DynamoAspire.Metrics.Multiprocess.Writing;
using DynamoAspire.Testing;

namespace DynamoAspire.Metrics.Tests.Multiprocess;

public sealed class MultiprocessWriterTests
{
    private const string PythonCollect =
        """
        import sys
        from prometheus_client import CollectorRegistry, generate_latest
        from prometheus_client.multiprocess import MultiProcessCollector
        registry = CollectorRegistry()
        MultiProcessCollector(registry, sys.argv[1])
        sys.stdout.write(generate_latest(registry).decode())
        """;

    /// <summary>The installed collector may be of the first generation, which has no timestamps: what it cannot read is shown to its own key writer instead.</summary>
    private const string PythonHasTimestamps = "import inspect, prometheus_client.mmap_dict as m; print('timestamp' in inspect.getsource(m))";

    [Fact]
    public void Files_Written_HoldKeysAsPythonWritesThem()
    {
        using var folder = new TemporaryDirectory();
        using (var writer = new MultiprocessWriter(folder.Path, new MultiprocessWriterOptions { Identifier = "77" }))
        {
            writer.Counter("requests_total", "Help \"quoted\" ä\u007f\U0001F600\n", "z", "a").With("1", "ü\t").Inc(2);
        }

        var bytes = File.ReadAllBytes(folder.Combine("counter_77.db"));
        var key = "[\"requests\", \"requests_total\", {\"a\": \"\\u00fc\\t\", \"z\": \"1\"}, \"Help \\\"quoted\\\" \\u00e4\\u007f\\ud83d\\ude00\\n\"]";
        Assert.Equal(65_536, bytes.Length);
        Assert.Equal(key.Length, BitConverter.ToInt32(bytes, 8));
        Assert.Equal(key, System.Text.Encoding.ASCII.GetString(bytes, 12, key.Length));
        var value = 12 + key.Length + (8 - ((key.Length + 4) % 8));
        Assert.Equal(0, value % 8);
        Assert.Equal(2.0, BitConverter.ToDouble(bytes, value));
        Assert.Equal(value + 16, BitConverter.ToInt32(bytes, 0));
    }

    [Fact]
    public void Counter_SameIdentifierAgain_GoesOnFromTheOldValue()
    {
        using var folder = new TemporaryDirectory();
        var options = new MultiprocessWriterOptions { Identifier = "1" };
        using (var writer = new MultiprocessWriter(folder.Path, options))
        {
            writer.Counter("c", "help").With().Inc(3);
        }

        using (var writer = new MultiprocessWriter(folder.Path, options))
        {
            var counter = writer.Counter("c", "help").With();
            counter.Inc();
            Assert.Equal(4, counter.Value);
        }

        Assert.Single(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void Entries_ManyLabelSets_DoubleTheFile()
    {
        using var folder = new TemporaryDirectory();
        using var writer = new MultiprocessWriter(folder.Path, new MultiprocessWriterOptions { Identifier = "1" });
        var vector = writer.Counter("c", "help", "i");
        var first = vector.With("first");
        first.Inc();
        for (var i = 0; i < 2000; i++)
        {
            vector.With($"value-{i}").Inc(i);
        }

        first.Inc();
        Assert.Equal(2, first.Value);
        Assert.Equal(1999, vector.With("value-1999").Value);
        Assert.Equal(262_144, new FileInfo(folder.Combine("counter_1.db")).Length);
    }

    [Fact]
    public void MostRecent_IncOrDec_Throws()
    {
        using var folder = new TemporaryDirectory();
        using var writer = new MultiprocessWriter(folder.Path);
        var gauge = writer.Gauge("g", "help", GaugeMode.LiveMostRecent).With();

        Assert.Equal("inc must not be used with the mostrecent mode", Assert.Throws<InvalidOperationException>(() => gauge.Inc()).Message);
        Assert.Throws<InvalidOperationException>(() => gauge.Dec());
    }

    [Fact]
    public void Dispose_HandlesUsedAfterwards_ChangeNothing()
    {
        using var folder = new TemporaryDirectory();
        var writer = new MultiprocessWriter(folder.Path, new MultiprocessWriterOptions { Identifier = "1" });
        var counter = writer.Counter("c", "help").With();
        writer.Dispose();
        counter.Inc();

        Assert.Equal(0, counter.Value);
        Assert.Throws<ObjectDisposedException>(() => writer.Counter("d", "help"));
        Assert.True(File.Exists(folder.Combine("counter_1.db")));
    }

    [Theory]
    [InlineData("zero_length/counter_1.db", true)]
    [InlineData("three_bytes/counter_1.db", false)]
    [InlineData("key_len_huge/counter_1.db", false)]
    [InlineData("used_negative/counter_1.db", false)]
    [InlineData("used_beyond_eof/counter_1.db", false)]
    [InlineData("bad_json/counter_1.db", true)]
    public void Open_FileThatIsThere_IsContinuedOrRefused(string fixture, bool accepted)
    {
        using var folder = new TemporaryDirectory();
        var source = Path.Combine(RepositoryPaths.Fixtures, "multiproc", "pc025-corrupt", fixture);
        File.Copy(source, folder.Combine("counter_1.db"));
        File.SetUnixFileMode(folder.Combine("counter_1.db"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        using var writer = new MultiprocessWriter(folder.Path, new MultiprocessWriterOptions { Identifier = "1" });

        if (accepted)
        {
            writer.Counter("c", "help").With().Inc();
        }
        else
        {
            Assert.Contains("counter_1.db", Assert.Throws<MultiprocessFormatException>(() => writer.Counter("c", "help")).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void MarkProcessDead_LiveGauges_AreRemovedAndNothingElse()
    {
        using var folder = new TemporaryDirectory();
        using (var writer = new MultiprocessWriter(folder.Path, new MultiprocessWriterOptions { Identifier = "5" }))
        {
            foreach (var mode in Enum.GetValues<GaugeMode>())
            {
                writer.Gauge("g", "help", mode).With();
            }

            writer.Counter("c", "help");
        }

        Assert.Equal(5, MultiprocessWriter.MarkProcessDead(folder.Path, "5"));
        Assert.Equal(
            ["counter_5.db", "gauge_all_5.db", "gauge_max_5.db", "gauge_min_5.db", "gauge_mostrecent_5.db", "gauge_sum_5.db"],
            Directory.GetFiles(folder.Path).Select(p => Path.GetFileName(p)).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("a_b")]
    [InlineData("a/b")]
    public void Identifier_ThatReadersWouldCut_IsRefused(string identifier)
    {
        using var folder = new TemporaryDirectory();
        Assert.Throws<ArgumentException>(() => new MultiprocessWriter(folder.Path, new MultiprocessWriterOptions { Identifier = identifier }));
    }

    [Fact]
    public async Task Files_ReadByTheRealPythonCollector_GiveTheValuesWritten()
    {
        using var folder = new TemporaryDirectory();
        using (var writer = new MultiprocessWriter(folder.Path, new MultiprocessWriterOptions { Identifier = "9" }))
        {
            writer.Counter("c", "Counts.", "a").With("x").Inc(2.5);
            var histogram = writer.Histogram("h", "Spread.", [1, 2.5]).With();
            histogram.Observe(0.5);
            histogram.Observe(2);
            histogram.Observe(9);
            writer.Summary("s", "Sums.").With().Observe(4);
            writer.Gauge("g_all", "All.", GaugeMode.All).With().Set(1);
            writer.Gauge("g_sum", "Sum.", GaugeMode.LiveSum).With().Set(2);
            writer.Gauge("g_recent", "Recent.", GaugeMode.LiveMostRecent).With().Set(3);
        }

        if (await Python.RunAsync(PythonHasTimestamps) != "True")
        {
            FirstGeneration.Convert(folder.Path);
            File.Delete(folder.Combine("gauge_livemostrecent_9.db"));
        }

        var lines = (await Python.RunAsync(PythonCollect, folder.Path)).Split('\n').ToHashSet();

        string[] expected =
        [
            "c_total{a=\"x\"} 2.5", "# HELP c_total Counts.", "# TYPE c_total counter",
            "h_bucket{le=\"1.0\"} 1.0", "h_bucket{le=\"2.5\"} 2.0", "h_bucket{le=\"+Inf\"} 3.0", "h_sum 11.5", "h_count 3.0",
            "s_count 1.0", "s_sum 4.0", "g_all{pid=\"9\"} 1.0", "g_sum 2.0",
        ];
        Assert.Superset(expected.ToHashSet(), lines);
    }
}
