using System.Buffers;
using System.Globalization;
using System.Text;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Multiprocess;
using DynamoAspire.Metrics.Multiprocess.Writing;
using DynamoAspire.Metrics.Parsing;
using DynamoAspire.Metrics.Writing;
using DynamoAspire.Testing;

namespace DynamoAspire.Metrics.FuzzTests;

public sealed class MultiprocessFuzzTests
{
    /// <summary>The full form: <c>MULTIPROCESS_FUZZ=full dotnet test tests/Metrics.FuzzTests --filter FullyQualifiedName~Multiprocess</c>.</summary>
    private static readonly bool s_isFull = Environment.GetEnvironmentVariable("MULTIPROCESS_FUZZ") == "full";

    /// <summary>Files that are damaged; two for each seed.</summary>
    private static readonly int s_damages = s_isFull ? 10_000 : 1_200;

    private static readonly int s_directories = s_isFull ? 200 : 25;

    [Fact]
    public void Collect_FilesWithFlippedBytes_NeverThrowsAndKeepsTheGoodFile()
    {
        using var folder = new TemporaryDirectory();
        using (var writer = new MultiprocessWriter(folder.Path, new MultiprocessWriterOptions { Identifier = "zgood" }))
        {
            writer.Summary("good", "help").With().Observe(4);
        }

        var originals = Directory.GetFiles(Path.Combine(RepositoryPaths.Fixtures, "multiproc", "pc025-vllm_mix"), "*.db").Take(2).Select(p => (Path.GetFileName(p), File.ReadAllBytes(p))).ToArray();
        var directory = new MultiprocessDirectory(folder.Path);
        var snapshot = new MetricSnapshot();
        for (var seed = 0; seed < s_damages / 2; seed++)
        {
            var random = new Random(seed);
            foreach (var (name, original) in originals)
            {
                var bytes = original.ToArray();
                var used = Math.Max(9, BitConverter.ToInt32(bytes));
                for (var flips = 1 + random.Next(8); flips > 0; flips--)
                {
                    bytes[random.Next(4) == 0 ? random.Next(16) : random.Next(used)] = (byte)random.Next(256);
                }

                File.WriteAllBytes(folder.Combine(name), bytes.AsSpan(0, random.Next(3) == 0 ? random.Next(bytes.Length) : bytes.Length));
            }

            directory.Collect(snapshot);
            var output = new ArrayBufferWriter<byte>();
            ExpositionWriter.Write(snapshot, ExpositionFormat.Text, output);
            var valid = new ExpositionLoader(new ExpositionLoaderOptions { Strict = true, Limits = ExpositionLimits.None }).Load(output.WrittenSpan, ExpositionFormat.Text, new MetricSnapshot());
            var text = Encoding.UTF8.GetString(output.WrittenSpan);
            Assert.True(valid.Succeeded, $"seed {seed}: {valid.Error}");
            Assert.True(text.Contains("good_sum 4.0\n", StringComparison.Ordinal), $"seed {seed}: the good file is lost");
        }
    }

    /// <summary>Directories at random, of every type and mode that the installed Python client knows, collected by it and by us.</summary>
    [Fact]
    public async Task Collect_RandomDirectories_EqualsTheRealPythonCollector()
    {
        using var folder = new TemporaryDirectory();
        for (var seed = 0; seed < s_directories; seed++)
        {
            WriteDirectory(folder.Combine(seed.ToString(CultureInfo.InvariantCulture)), new Random(seed));
        }

        // The first generation has no most-recent modes and is what Debian's client reads.
        var isFirst = await Python.RunAsync("import inspect, prometheus_client.mmap_dict as m; print('timestamp' not in inspect.getsource(m))") == "True";
        if (isFirst)
        {
            foreach (var directory in Directory.GetDirectories(folder.Path))
            {
                FirstGeneration.Convert(directory);
            }
        }

        // Files in the order of their names, as we take them; numbers without the stray zero of older versions.
        var output = await Python.RunAsync(
            """
            import glob, os, re, sys
            from prometheus_client import CollectorRegistry, generate_latest
            from prometheus_client.multiprocess import MultiProcessCollector
            original = glob.glob
            glob.glob = lambda *a, **k: sorted(original(*a, **k))
            for name in sorted(os.listdir(sys.argv[1])):
                registry = CollectorRegistry()
                MultiProcessCollector(registry, os.path.join(sys.argv[1], name))
                text = re.sub(r'e\+0(\d\d)(?!\d)', r'e+\1', generate_latest(registry).decode())
                print('=== ' + name)
                sys.stdout.write(text)
            """,
            folder.Path);

        var expected = output.Split("=== ", StringSplitOptions.RemoveEmptyEntries).ToDictionary(b => b.Split('\n')[0], b => b.TrimEnd('\n').Split('\n')[1..]);
        Assert.Equal(s_directories, expected.Count);
        foreach (var (name, lines) in expected)
        {
            var snapshot = new MetricSnapshot();
            new MultiprocessDirectory(folder.Combine(name)).Collect(snapshot);
            var text = new ArrayBufferWriter<byte>();
            ExpositionWriter.Write(snapshot, ExpositionFormat.Text, text);
            Assert.Equal(
                string.Join('\n', lines.Order(StringComparer.Ordinal)),
                string.Join('\n', Encoding.UTF8.GetString(text.WrittenSpan).TrimEnd('\n').Split('\n').Order(StringComparer.Ordinal)));
        }
    }

    private static void WriteDirectory(string path, Random random)
    {
        GaugeMode[] modes = [GaugeMode.All, GaugeMode.LiveAll, GaugeMode.Min, GaugeMode.LiveMin, GaugeMode.Max, GaugeMode.LiveMax, GaugeMode.Sum, GaugeMode.LiveSum];
        string[] texts = ["", "a", "ü\n\"\\", "x y", "{}", "😀", "0.5"];
        double[][] bounds = [[1, 2, 5], [0.5, 1, 1e6], [2], []];
        for (var pid = 1; pid <= 4; pid++)
        {
            using var writer = new MultiprocessWriter(path, new MultiprocessWriterOptions { Identifier = pid.ToString(CultureInfo.InvariantCulture) });
            for (var family = 0; family < 3; family++)
            {
                var help = random.Next(5) == 0 ? "another help" : $"help {texts[family]}";
                var counter = writer.Counter($"c{family}", help, "b", "a");
                var gauge = writer.Gauge($"g{family}", help, modes[random.Next(modes.Length)], "l");
                var histogram = writer.Histogram($"h{family}", help, bounds[random.Next(bounds.Length)], "l");
                var summary = writer.Summary($"s{family}", help, "l");
                for (var i = random.Next(6); i > 0; i--)
                {
                    var value = random.Next(3) == 0 ? random.Next(1000) : Math.Round(random.NextDouble() * Math.Pow(10, random.Next(-6, 12)), 6);
                    counter.With(texts[random.Next(texts.Length)], texts[random.Next(texts.Length)]).Inc(value);
                    gauge.With(texts[random.Next(texts.Length)]).Set(random.Next(2) == 0 ? value : -value);
                    histogram.With(texts[random.Next(texts.Length)]).Observe(value);
                    summary.With(texts[random.Next(texts.Length)]).Observe(value);
                }
            }
        }
    }
}
