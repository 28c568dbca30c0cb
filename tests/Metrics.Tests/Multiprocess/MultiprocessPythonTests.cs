using System.Globalization;
using DynamoAspire.Metrics.Multiprocess;
using DynamoAspire.Metrics.Multiprocess.Writing;
using DynamoAspire.Testing;

namespace DynamoAspire.Metrics.Tests.Multiprocess;

/// <summary>
/// Side by side with the real Python client. It may be of the first generation, which writes and reads no timestamps: then our files are put into its form, and what only the second
/// has is left out. With a newer client (<c>PYTHONPATH</c> or <c>PYTHON</c>) the files are compared as they are written.
/// </summary>
public sealed class MultiprocessPythonTests : IDisposable
{
    /// <summary>Collects in order of names, as we do, and prints numbers without the stray zero of versions up to 0.25.</summary>
    private const string Collect =
        """
        import glob, re, sys
        from prometheus_client import CollectorRegistry, generate_latest
        from prometheus_client.multiprocess import MultiProcessCollector
        original = glob.glob
        glob.glob = lambda *a, **k: sorted(original(*a, **k))
        registry = CollectorRegistry()
        MultiProcessCollector(registry, sys.argv[1])
        sys.stdout.write(re.sub(r'e\+0(\d\d)(?!\d)', r'e+\1', generate_latest(registry).decode()))
        """;

    private readonly TemporaryDirectory _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Collect_PythonWritesOneMappedDouble_IsSeenThoughSizeAndTimeAreTheSame()
    {
        const string Script =
            """
            import os, sys, time
            from prometheus_client import Counter
            counter = Counter('c', 'Counts.')
            counter.inc()
            print('written')
            while not os.path.exists(sys.argv[1]):
                time.sleep(0.001)
            counter.inc(41)
            print('changed')
            time.sleep(60)
            """;
        var script = _folder.Combine("writer.py");
        await File.WriteAllTextAsync(script, Script);
        await using var python = Python.Start(script, [_folder.Combine("go")], new Dictionary<string, string?> { ["PROMETHEUS_MULTIPROC_DIR"] = _folder.Path });
        await python.WaitForOutputAsync("written");
        var file = new FileInfo(Assert.Single(Directory.GetFiles(_folder.Path, "*.db")));
        var time = DateTime.UtcNow;
        file.LastWriteTimeUtc = time;
        var directory = new MultiprocessDirectory(_folder.Path);
        Assert.Contains("c_total 1.0\n", ExpositionText.Of(directory), StringComparison.Ordinal);
        var before = (file.Length, file.LastWriteTimeUtc);

        await File.WriteAllTextAsync(_folder.Combine("go"), "");
        await python.WaitForOutputAsync("changed");

        // Whether a file system notes a write through a mapping at once is its own affair; here it has not.
        file.LastWriteTimeUtc = time;
        file.Refresh();
        Assert.Equal(before, (file.Length, file.LastWriteTimeUtc));
        Assert.Contains("c_total 42.0\n", ExpositionText.Of(directory), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Collect_PythonAndDotnetWritersInOneDirectory_EqualsThePythonCollectorLineForLine()
    {
        const string Script =
            """
            import sys
            import prometheus_client.values as values
            from prometheus_client import Counter, Gauge, Histogram, Summary
            seed = int(sys.argv[1])
            counter = Counter('requests', 'Requests, ü "quoted".', ['model', 'path'])
            counter.labels('a', 'x\n"\\').inc(0.1 * seed)
            counter.labels('ü', '').inc(1234567.25 * seed)
            counter.labels(f'only-{seed}', '').inc()
            for mode in sys.argv[2].split(','):
                gauge = Gauge(f'gauge_{mode}', 'A gauge.', ['l'], multiprocess_mode=mode)
                gauge.labels('same').set(7 - seed / 3)
                gauge.labels(f'only-{seed}').set(-seed)
            histogram = Histogram('seconds', 'Spread.', ['l'], buckets=[0.1, 1, 2 + seed])
            for value in (0.05, 0.1, 0.7, 3, 1e9):
                histogram.labels('same').observe(value * seed)
            Summary('size', 'Sizes.').observe(0.1 * seed)
            """;
        var hasTimes = await HasTimestampsAsync();
        var modes = Enum.GetValues<GaugeMode>().Where(m => hasTimes || m is not (GaugeMode.MostRecent or GaugeMode.LiveMostRecent)).ToArray();
        for (var i = 0; i < 2; i++)
        {
            Write((i + 3).ToString(CultureInfo.InvariantCulture), i + 3, modes);
        }

        if (!hasTimes)
        {
            FirstGeneration.Convert(_folder.Path);
        }

        var script = _folder.Combine("writer.py");
        await File.WriteAllTextAsync(script, Script);
        var words = string.Join(',', modes.Select(m => m.ToString().ToLowerInvariant()));
        for (var seed = 1; seed <= 2; seed++)
        {
            await using var python = Python.Start(script, [seed.ToString(CultureInfo.InvariantCulture), words], new Dictionary<string, string?> { ["PROMETHEUS_MULTIPROC_DIR"] = _folder.Path });
            Assert.True(await python.WaitForExitAsync() == 0, python.Output);
        }

        var files = 4 * (3 + modes.Length);
        Assert.Equal(files, Directory.GetFiles(_folder.Path, "*.db").Length);
        var directory = new MultiprocessDirectory(_folder.Path);
        var ours = ExpositionText.Of(directory);
        var pythons = await Python.RunAsync(Collect, _folder.Path);

        Assert.Equal(Sorted(pythons), Sorted(ours));
        Assert.Empty(directory.Skips);
        Assert.Empty(directory.Conflicts);
        Assert.Contains("requests_total{model=\"a\",path=\"x\\n\\\"\\\\\"} 1.0\n", ours, StringComparison.Ordinal);
    }

    /// <summary>The file grows at the very entry that does not fit any more; the client's own reader says what is in it before and after.</summary>
    [Fact]
    public async Task Writer_EntryThatDoesNotFit_DoublesTheFileAndPythonReadsAllOfIt()
    {
        const string Read =
            """
            import sys
            from prometheus_client.mmap_dict import MmapedDict
            for entry in MmapedDict.read_all_values_from_file(sys.argv[1]):
                print(entry[0] + ' ' + repr(entry[1]))
            """;
        var file = _folder.Combine("counter_1.db");
        var hasTimes = await HasTimestampsAsync();
        var expected = new List<string>();
        using var writer = new MultiprocessWriter(_folder.Path, new MultiprocessWriterOptions { Identifier = "1" });
        var counter = writer.Counter("c", "help", "i");
        var used = 8;
        for (var i = 0; ; i++)
        {
            var key = $$"""["c", "c_total", {"i": "{{i:00000}}"}, "help"]""";
            used += 4 + key.Length + (8 - ((key.Length + 4) % 8)) + 16;
            if (used > 65_536 && expected.Count > 0 && new FileInfo(file).Length == 65_536)
            {
                Assert.Equal(expected, await ReadAsync());
            }

            counter.With(i.ToString("00000", CultureInfo.InvariantCulture)).Inc(i + 0.5);
            expected.Add($"{key} {(i + 0.5).ToString("0.0", CultureInfo.InvariantCulture)}");
            Assert.Equal(used <= 65_536 ? 65_536 : 131_072, new FileInfo(file).Length);
            if (used > 66_000)
            {
                break;
            }
        }

        Assert.Equal(expected, await ReadAsync());

        async Task<string[]> ReadAsync()
        {
            using var copy = new TemporaryDirectory();
            File.Copy(file, copy.Combine("counter_1.db"));
            if (!hasTimes)
            {
                FirstGeneration.Convert(copy.Path);
            }

            return (await Python.RunAsync(Read, copy.Combine("counter_1.db"))).Split('\n');
        }
    }

    [Fact]
    public async Task Writer_StartedAgainWithItsIdentifier_GoesOnAsPythonReadsIt()
    {
        for (var run = 1; run <= 3; run++)
        {
            Write("1", run, [GaugeMode.Sum]);
        }

        if (!await HasTimestampsAsync())
        {
            FirstGeneration.Convert(_folder.Path);
        }

        var lines = (await Python.RunAsync(Collect, _folder.Path)).Split('\n');

        // Sums go on, a gauge is set anew, entries of earlier runs stay.
        Assert.Superset(
            new HashSet<string> { "requests_total{model=\"ü\",path=\"\"} 7.4074035e+06", "requests_total{model=\"only-1\",path=\"\"} 1.0", "requests_total{model=\"only-3\",path=\"\"} 1.0", "seconds_count{l=\"same\"} 15.0", "gauge_sum{l=\"same\"} 6.0", "size_count 3.0" },
            lines.ToHashSet());
    }

    /// <summary>Times and the going-on of a file by the other language are things of the second generation only.</summary>
    [Fact]
    public async Task Writer_MostRecentGauges_PythonReportsTheValueSetLast()
    {
        var clock = new FakeClock();
        using (var first = new MultiprocessWriter(_folder.Path, new MultiprocessWriterOptions { Identifier = "1", TimeProvider = clock }))
        using (var second = new MultiprocessWriter(_folder.Path, new MultiprocessWriterOptions { Identifier = "2", TimeProvider = clock }))
        {
            foreach (var mode in new[] { GaugeMode.MostRecent, GaugeMode.LiveMostRecent })
            {
                var (a, b) = (first.Gauge($"g_{mode}", "help", mode, "l"), second.Gauge($"g_{mode}", "help", mode, "l"));
                b.With("1").Set(1);
                b.With("2").Set(20);
                clock.Advance(TimeSpan.FromMilliseconds(1));
                a.With("1").Set(10);
                a.With("2");
                b.With("never");
            }
        }

        string[] expected =
        [
            "g_LiveMostRecent{l=\"1\"} 10.0", "g_LiveMostRecent{l=\"2\"} 20.0", "g_MostRecent{l=\"1\"} 10.0", "g_MostRecent{l=\"2\"} 20.0",
        ];
        Assert.Equal(expected, Samples(ExpositionText.Of(new MultiprocessDirectory(_folder.Path))));
        var seconds = (clock.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds;
        Assert.Equal(seconds - 0.001, TimeOf("gauge_mostrecent_1.db"), 1e-6);
        Assert.Equal(seconds, TimeOf("gauge_livemostrecent_1.db"), 1e-6);
        if (await HasTimestampsAsync())
        {
            Assert.Equal(expected, Samples(await Python.RunAsync(Collect, _folder.Path)));
        }

        static string[] Samples(string text) => [.. text.Split('\n').Where(l => l.Length > 0 && l[0] != '#').Order(StringComparer.Ordinal)];

        // The time of the first entry, where the format says that it stands.
        double TimeOf(string name)
        {
            var bytes = File.ReadAllBytes(_folder.Combine(name));
            var length = BitConverter.ToInt32(bytes, 8);
            return BitConverter.ToDouble(bytes, 8 + 4 + length + (8 - ((length + 4) % 8)) + 8);
        }
    }

    /// <summary>What the script of the mixed directory does.</summary>
    private void Write(string identifier, int seed, GaugeMode[] modes)
    {
        using var writer = new MultiprocessWriter(_folder.Path, new MultiprocessWriterOptions { Identifier = identifier });
        var counter = writer.Counter("requests", "Requests, ü \"quoted\".", "model", "path");
        counter.With("a", "x\n\"\\").Inc(0.1 * seed);
        counter.With("ü", "").Inc(1234567.25 * seed);
        counter.With($"only-{seed}", "").Inc();
        foreach (var mode in modes)
        {
            var gauge = writer.Gauge($"gauge_{mode.ToString().ToLowerInvariant()}", "A gauge.", mode, "l");
            gauge.With("same").Set(7 - (seed / 3.0));
            gauge.With($"only-{seed}").Set(-seed);
        }

        var histogram = writer.Histogram("seconds", "Spread.", [0.1, 1, 2 + seed], "l").With("same");
        foreach (var value in new[] { 0.05, 0.1, 0.7, 3, 1e9 })
        {
            histogram.Observe(value * seed);
        }

        writer.Summary("size", "Sizes.").With().Observe(0.1 * seed);
    }

    private static string Sorted(string text) => string.Join('\n', text.TrimEnd('\n').Split('\n').Order(StringComparer.Ordinal));

    private static async Task<bool> HasTimestampsAsync() => await Python.RunAsync("import inspect, prometheus_client.mmap_dict as m; print('timestamp' in inspect.getsource(m))") == "True";
}
