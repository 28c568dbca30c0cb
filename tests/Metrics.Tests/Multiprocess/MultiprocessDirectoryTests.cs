using System.Diagnostics;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Multiprocess;
using DynamoAspire.Metrics.Multiprocess.Writing;
using DynamoAspire.Testing;

namespace DynamoAspire.Metrics.Tests.Multiprocess;

public sealed class MultiprocessDirectoryTests : IDisposable
{
    private readonly TemporaryDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Collect_ValueChangedInPlace_IsSeenWithoutTrustingTimes()
    {
        using var writer = Writer("1");
        var counter = writer.Counter("c", "help").With();
        counter.Inc();
        var directory = new MultiprocessDirectory(_folder.Path);
        Assert.Contains("c_total 1.0\n", ExpositionText.Of(directory), StringComparison.Ordinal);

        var path = _folder.Combine("counter_1.db");
        var written = File.GetLastWriteTimeUtc(path);
        counter.Inc();
        File.SetLastWriteTimeUtc(path, written);

        Assert.Contains("c_total 2.0\n", ExpositionText.Of(directory), StringComparison.Ordinal);
    }

    [Fact]
    public void Collect_FilesComeGrowAndGo_AreFollowed()
    {
        var directory = new MultiprocessDirectory(_folder.Path);
        Assert.Equal("", ExpositionText.Of(directory));
        using var one = Writer("1");
        var vector = one.Counter("c", "help", "l");
        vector.With("a").Inc();
        Assert.Equal("# HELP c_total help\n# TYPE c_total counter\nc_total{l=\"a\"} 1.0\n", ExpositionText.Of(directory));

        using (var two = Writer("2"))
        {
            two.Counter("c", "help", "l").With("a").Inc(5);
        }

        for (var i = 0; i < 1000; i++)
        {
            vector.With($"grown-{i}");
        }

        var text = ExpositionText.Of(directory);
        Assert.Contains("c_total{l=\"a\"} 6.0\n", text, StringComparison.Ordinal);
        Assert.Equal(1003, text.Count(c => c == '\n'));

        File.Delete(_folder.Combine("counter_2.db"));
        Assert.Contains("c_total{l=\"a\"} 1.0\n", ExpositionText.Of(directory), StringComparison.Ordinal);
    }

    [Fact]
    public void Collect_FileReplacedByAnotherWithSameNameAndSize_IsParsedAnew()
    {
        using (var writer = Writer("1"))
        {
            writer.Counter("aaa", "help").With().Inc(1);
        }

        var directory = new MultiprocessDirectory(_folder.Path);
        Assert.Contains("aaa_total 1.0", ExpositionText.Of(directory), StringComparison.Ordinal);
        File.Delete(_folder.Combine("counter_1.db"));
        using (var writer = Writer("1"))
        {
            writer.Counter("bbb", "help").With().Inc(2);
        }

        Assert.Equal("# HELP bbb_total help\n# TYPE bbb_total counter\nbbb_total 2.0\n", ExpositionText.Of(directory));
    }

    [Fact]
    public void Collect_DirectoryThatIsNone_SaysSo()
    {
        var missing = new MultiprocessDirectory(_folder.Combine("missing"));
        File.WriteAllText(_folder.Combine("file"), "");
        var file = new MultiprocessDirectory(_folder.Combine("file"));

        Assert.Equal("", ExpositionText.Of(missing));
        Assert.Equal("", ExpositionText.Of(file));
        Assert.Equal((MultiprocessDirectoryState.Missing, MultiprocessDirectoryState.NotADirectory), (missing.State, file.State));

        Directory.CreateDirectory(_folder.Combine("missing"));
        ExpositionText.Of(missing);
        Assert.Equal(MultiprocessDirectoryState.Present, missing.State);
    }

    [Fact]
    public void Collect_StrangeEntries_NeverHideTheGoodFileNorBlock()
    {
        using (var writer = Writer("1"))
        {
            writer.Counter("c", "help").With().Inc();
        }

        Directory.CreateDirectory(_folder.Combine("counter_dir.db"));
        using (var fifo = Process.Start("mkfifo", [_folder.Combine("counter_fifo.db")]))
        {
            fifo.WaitForExit();
        }

        File.CreateSymbolicLink(_folder.Combine("counter_loop.db"), _folder.Combine("counter_loop.db"));
        File.CreateSymbolicLink(_folder.Combine("counter_nowhere.db"), _folder.Combine("nothing"));
        using (var sparse = File.Create(_folder.Combine("counter_sparse.db")))
        {
            sparse.Write(BitConverter.GetBytes(int.MaxValue));
            sparse.SetLength(int.MaxValue);
        }

        File.WriteAllText(_folder.Combine(".counter_hidden.db"), "hidden");
        File.WriteAllText(_folder.Combine("counter_1.txt"), "other");
        var directory = new MultiprocessDirectory(_folder.Path);

        Assert.Equal("# HELP c_total help\n# TYPE c_total counter\nc_total 1.0\n", ExpositionText.Of(directory));
        Assert.Equal(
            [
                new("counter_dir.db", MultiprocessSkipReason.NotAFile),
                new("counter_fifo.db", MultiprocessSkipReason.NotAFile),
                new("counter_loop.db", MultiprocessSkipReason.Unreadable),
                new("counter_nowhere.db", MultiprocessSkipReason.Vanished),
                new("counter_sparse.db", MultiprocessSkipReason.TooLarge),
            ],
            directory.Skips);
    }

    [Fact]
    public void Collect_TornFileThatHeals_IsWholeAgain()
    {
        using (var writer = Writer("1"))
        {
            var vector = writer.Counter("c", "help", "l");
            vector.With("a").Inc(1);
            vector.With("b").Inc(2);
        }

        var path = _folder.Combine("counter_1.db");
        var whole = File.ReadAllBytes(path);
        var directory = new MultiprocessDirectory(_folder.Path);
        var expected = ExpositionText.Of(directory);
        for (var used = 9; used < BitConverter.ToInt32(whole); used++)
        {
            var torn = whole.ToArray();
            BitConverter.TryWriteBytes(torn, used);
            File.WriteAllBytes(path, torn);
            Assert.Subset(expected.Split('\n').ToHashSet(), ExpositionText.Of(directory).Split('\n').ToHashSet());
            File.WriteAllBytes(path, whole);
            Assert.Equal(expected, ExpositionText.Of(directory));
            Assert.Empty(directory.Skips);
        }
    }

    [Fact]
    public void Collect_TruncatedAtEveryByte_NeverThrowsNorInvents()
    {
        using (var writer = Writer("1"))
        {
            writer.Histogram("h", "help", [1, 2], "l").With("a").Observe(1);
            writer.Gauge("g", "help", GaugeMode.MostRecent).With().Set(1);
        }

        using (var writer = Writer("good"))
        {
            writer.Counter("c", "help").With().Inc();
        }

        foreach (var name in new[] { "histogram_1.db", "gauge_mostrecent_1.db" })
        {
            var whole = File.ReadAllBytes(_folder.Combine(name));
            var used = BitConverter.ToInt32(whole);
            for (var length = 0; length < used; length++)
            {
                File.WriteAllBytes(_folder.Combine(name), whole.AsSpan(0, length));
                var directory = new MultiprocessDirectory(_folder.Path);
                Assert.Contains("c_total 1.0\n", ExpositionText.Of(directory), StringComparison.Ordinal);
                Assert.Equal(name, Assert.Single(directory.Skips).File);
            }

            File.WriteAllBytes(_folder.Combine(name), whole);
        }
    }

    [Fact]
    public void Collect_AddedLabels_YieldToTheSeriesOwn()
    {
        using (var writer = Writer("1"))
        {
            writer.Gauge("g", "help", GaugeMode.All, "model_name").With("own").Set(1);
            writer.Histogram("h", "help", []).With().Observe(1);
        }

        var directory = new MultiprocessDirectory(_folder.Path, new MultiprocessDirectoryOptions { Labels = [("engine_name", "e"), ("model_name", "added")] });

        Assert.Equal(
            """
            # HELP g help
            # TYPE g gauge
            g{engine_name="e",model_name="own",pid="1"} 1.0
            # HELP h help
            # TYPE h histogram
            h_sum{engine_name="e",model_name="added"} 1.0
            h_bucket{engine_name="e",le="+Inf",model_name="added"} 1.0
            h_count{engine_name="e",model_name="added"} 1.0

            """,
            ExpositionText.Of(directory));
    }

    [Fact]
    public void Collect_Warm_AllocatesLessThanAKibibyte()
    {
        for (var pid = 1; pid <= 16; pid++)
        {
            using var writer = Writer(pid.ToString(System.Globalization.CultureInfo.InvariantCulture));
            var vector = writer.Histogram("h", "help", null, "l");
            for (var i = 0; i < 50; i++)
            {
                vector.With($"value {i}").Observe(i);
            }

            writer.Gauge("g", "help", GaugeMode.All).With().Set(1);
        }

        var directory = new MultiprocessDirectory(_folder.Path);
        var snapshot = new MetricSnapshot();
        directory.Collect(snapshot);
        directory.Collect(snapshot);

        var before = GC.GetAllocatedBytesForCurrentThread();
        directory.Collect(snapshot);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.True(allocated < 1024, $"{allocated} bytes");
        Assert.Equal(716, snapshot.SampleCount);
    }

    [Fact]
    public void Collect_CounterAndGaugeOfOnePrintedName_KeepsTheFirstAndNamesTheOther()
    {
        using (var writer = Writer("1"))
        {
            writer.Counter("x", "help").With().Inc();
            writer.Gauge("x_total", "help", GaugeMode.Sum).With().Set(7);
        }

        var directory = new MultiprocessDirectory(_folder.Path);

        Assert.Equal("# HELP x_total help\n# TYPE x_total counter\nx_total 1.0\n", ExpositionText.Of(directory));
        Assert.Equal(new FamilyConflict("x_total", FamilyConflictKind.Type, "x (counter) of counter_1.db", "Gauge of gauge_sum_1.db"), Assert.Single(directory.Conflicts));
    }

    [Fact]
    public void Collect_MoreFilesThanAllowed_ReadsTheFirstAndSaysSo()
    {
        foreach (var pid in new[] { "1", "2", "3" })
        {
            using var writer = Writer(pid);
            writer.Counter("c", "help").With().Inc();
        }

        var directory = new MultiprocessDirectory(_folder.Path, new MultiprocessDirectoryOptions { MaxFiles = 2 });

        Assert.Contains("c_total 2.0\n", ExpositionText.Of(directory), StringComparison.Ordinal);
        Assert.Equal([new("counter_3.db", MultiprocessSkipReason.TooMany)], directory.Skips);
    }

    [Fact]
    public void Collect_WhileWritersWork_CountersNeverGoBack()
    {
        using var stop = new CancellationTokenSource();
        var workers = Enumerable.Range(0, 3).Select(w => Task.Factory.StartNew(
            () =>
            {
                using var writer = Writer($"w{w}");
                var vector = writer.Counter("c", "help", "l");
                for (var i = 0; i < 20_000; i++)
                {
                    vector.With($"v{i % 200}").Inc();
                }
            },
            TaskCreationOptions.LongRunning)).ToArray();
        var all = Task.WhenAll(workers);
        var directory = new MultiprocessDirectory(_folder.Path);
        var snapshot = new MetricSnapshot();
        var last = 0.0;
        while (!all.IsCompleted)
        {
            Assert.True(Total() >= last);
            last = Total();
        }

        Assert.Null(all.Exception);
        Assert.Equal(60_000, Total());

        double Total()
        {
            directory.Collect(snapshot);
            var total = 0.0;
            for (var f = 0; f < snapshot.FamilyCount; f++)
            {
                foreach (ref readonly var sample in snapshot[f].Samples)
                {
                    total += sample.Value;
                }
            }

            return total;
        }
    }

    private MultiprocessWriter Writer(string identifier) => new(_folder.Path, new MultiprocessWriterOptions { Identifier = identifier });
}
