using System.Buffers;
using System.Globalization;
using System.Text;
using DynamoAspire.Metrics.Writing;

namespace DynamoAspire.MetricsBench.Collect;

/// <summary>
/// Directories as an engine's API servers leave them: per process 70 % histogram entries (24 per label set, as of a time to first token), 20 % counters, 10 % gauges; every process
/// has the same series. Written straight in the format of the Python client that is measured: with timestamps (0.18 and later) or without.
/// </summary>
internal static class DirectoryGenerator
{
    private static readonly double[] s_bounds =
        [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160, 640, 2560, double.PositiveInfinity];

    internal static void Make(string directory, int processes, int samples, bool hasTimestamps)
    {
        Directory.CreateDirectory(directory);
        for (var process = 0; process < processes; process++)
        {
            MakeProcess(directory, process, samples, hasTimestamps);
        }
    }

    private static void MakeProcess(string directory, int process, int samples, bool hasTimestamps)
    {
        var random = new Random(process);
        var histogram = new Entries(hasTimestamps);
        var histograms = Math.Max(1, samples * 7 / 10 / 24);
        for (var i = 0; i < histograms; i++)
        {
            var family = string.Create(CultureInfo.InvariantCulture, $"vllm:latency_{i % 12:00}_seconds");
            var help = string.Create(CultureInfo.InvariantCulture, $"Histogram of latency {i % 12} in seconds.");
            histogram.Add(Key(family, family + "_sum", i, le: null, help), random.NextDouble() * 1000);
            foreach (var bound in s_bounds)
            {
                histogram.Add(Key(family, family + "_bucket", i, MetricNumber.ToText(bound), help), random.Next(1000));
            }
        }

        var counter = new Entries(hasTimestamps);
        var counters = Math.Max(1, samples / 5);
        for (var i = 0; i < counters; i++)
        {
            var family = string.Create(CultureInfo.InvariantCulture, $"vllm:counter_{i % 20:00}");
            counter.Add(Key(family, family + "_total", i, le: null, string.Create(CultureInfo.InvariantCulture, $"Counter number {i % 20}.")), random.Next(1_000_000));
        }

        var gauge = new Entries(hasTimestamps);
        var gauges = Math.Max(1, samples - (histograms * 24) - counters);
        for (var i = 0; i < gauges; i++)
        {
            var family = string.Create(CultureInfo.InvariantCulture, $"vllm:gauge_{i % 10:00}");
            gauge.Add(Key(family, family, i, le: null, string.Create(CultureInfo.InvariantCulture, $"Gauge number {i % 10}.")), random.NextDouble());
        }

        var id = (10_000 + process).ToString(CultureInfo.InvariantCulture);
        histogram.Save(Path.Combine(directory, $"histogram_{id}.db"));
        counter.Save(Path.Combine(directory, $"counter_{id}.db"));
        gauge.Save(Path.Combine(directory, $"gauge_livesum_{id}.db"));
    }

    private static string Key(string family, string sample, int index, string? le, string help)
    {
        var bound = le is null ? "" : $"\"le\": \"{le}\", ";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"[\"{family}\", \"{sample}\", {{\"engine\": \"{index % 8}\", {bound}\"model_name\": \"meta-llama/Llama-3.1-8B-Instruct\", \"tenant\": \"tenant-{index:00000}\"}}, \"{help}\"]");
    }

    private sealed class Entries
    {
        private readonly ArrayBufferWriter<byte> _bytes = new();
        private readonly bool _hasTimestamps;

        internal Entries(bool hasTimestamps)
        {
            _hasTimestamps = hasTimestamps;
            _bytes.Write(new byte[8]);
        }

        internal void Add(string key, double value)
        {
            var utf8 = Encoding.ASCII.GetBytes(key);
            _bytes.Write(BitConverter.GetBytes(utf8.Length));
            _bytes.Write(utf8);
            for (var padding = 8 - ((utf8.Length + 4) % 8); padding > 0; padding--)
            {
                _bytes.Write(" "u8);
            }

            _bytes.Write(BitConverter.GetBytes(value));
            if (_hasTimestamps)
            {
                _bytes.Write(new byte[8]);
            }
        }

        internal void Save(string path)
        {
            var bytes = _bytes.WrittenSpan.ToArray();
            BitConverter.TryWriteBytes(bytes, bytes.Length);
            var size = 65_536L;
            while (size < bytes.Length)
            {
                size *= 2;
            }

            using var file = File.Create(path);
            file.Write(bytes);
            file.SetLength(size);
        }
    }
}
