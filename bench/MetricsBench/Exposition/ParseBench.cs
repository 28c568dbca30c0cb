using System.Buffers.Text;
using System.Diagnostics;
using System.Globalization;
using DynamoAspire.Metrics.Merging;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Parsing;
using DynamoAspire.Metrics.Writing;

namespace DynamoAspire.MetricsBench.Exposition;

/// <summary>
/// Reads a vLLM-shaped body with every check, side by side with a naive walk over the same bytes and with the Python client's parser.
/// </summary>
/// <remarks>
/// cold: a loader that has never seen a body, JIT warm. changed: every value differs from the body before, as in life; the series are the same.
/// new series: the labels change with every body too, so that every line takes the long way, on a loader that has its memory.
/// </remarks>
internal static class ParseBench
{
    private const double BarOfNaive = 0.5;
    private const double BarOfPython = 100;
    private const int Runs = 5;

    public static BenchProgram Program { get; } = new("parse", "read a vLLM-shaped body with full checks, against a naive span walk and the Python parser  [--quick] [--slack N]", RunAsync);

    private static async Task<int> RunAsync(string[] args)
    {
        var quick = args.Contains("--quick");
        var slack = Slack.Of(args) ?? 1;
        var bodies = new[] { Sized(8, 'a'), Sized(8, 'b') };
        var body = bodies[0];
        var samples = BenchBody.Samples(body);
        var other = Perturbed(body);
        var strict = new ExpositionLoaderOptions { Strict = true };
        var loader = new ExpositionLoader(strict);
        var snapshot = new MetricSnapshot();
        var turn = 0;
        Console.WriteLine($"{Hardware.Line}\nbody: {body.Length:N0} bytes, {samples:N0} samples; strict text 0.0.4, into a snapshot; {Runs} runs, median (least … most)");

        await using var python = new PythonParser(body, samples);
        var shifting = new ExpositionLoader(strict);
        var time = quick ? 0.1 : 0.4;
        (string Name, Func<double> Once)[] works =
        [
            ("naive span walk", () => Average(time, () => Naive(turn++ % 2 == 0 ? body : other))),
            ("ours, values changed", () => Average(time, () => Load(loader, turn++ % 2 == 0 ? body : other, snapshot, samples))),
            ("ours, new series each", () => Average(time, () => Load(shifting, bodies[turn++ % 2], snapshot, samples))),
            ("ours, cold", () => Average(time, () => Load(new ExpositionLoader(strict), body, new MetricSnapshot(), samples))),
            ("Python client", python.Once),
        ];

        // In turns, so that what else the machine does meets them alike. The first round warms up.
        var seconds = works.Select(_ => new List<double>()).ToArray();
        for (var run = -1; run < Runs; run++)
        {
            for (var w = 0; w < works.Length; w++)
            {
                var once = works[w].Once();
                if (run >= 0)
                {
                    seconds[w].Add(once);
                }
            }
        }

        var results = works.Select((w, i) => Print(w.Name, Spread.Of(seconds[i]), body.Length, samples)).ToArray();
        var (naive, changed, shifted, cold, reference) = (results[0], results[1], results[2], results[3], results[4]);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            Load(loader, i % 2 == 0 ? body : other, snapshot, samples);
        }

        var allocated = (GC.GetAllocatedBytesForCurrentThread() - before) / 100.0;
        var ofNaive = Spread.Of(seconds[0].Zip(seconds[1], (a, b) => a / b));
        var ofPython = Spread.Of(seconds[4].Zip(seconds[1], (a, b) => a / b));
        var good = Bar($"throughput of the naive walk, values changed: {ofNaive.ToText("0.00")}, median", ofNaive.Median, BarOfNaive / slack, "0.00# ×");
        good &= Bar($"throughput of the Python parser, values changed: {ofPython.ToText("0")}, best of five", ofPython.Maximum, BarOfPython / slack, "0 ×");
        good &= Bar("allocated per body, at most", allocated, 0, "0 B", atMost: true);
        Console.WriteLine($"  for comparison: new series each body {naive.Median / shifted.Median:0.00} × naive, cold {naive.Median / cold.Median:0.00} × naive and {reference.Median / cold.Median:0.0} × Python");
        return good ? 0 : 1;
    }

    private static byte[] Sized(int engines, char letter)
    {
        var body = BenchBody.Of(engines);
        if (letter != 'a')
        {
            var text = System.Text.Encoding.UTF8.GetString(body).Replace("Llama-3.1-8B", $"Llama-3.1-8{letter}", StringComparison.Ordinal);
            return System.Text.Encoding.UTF8.GetBytes(text);
        }

        return body;
    }

    /// <summary>The same series, other values: the values of gauges, start times and sums change in their last digits.</summary>
    private static byte[] Perturbed(byte[] body)
    {
        var lines = System.Text.Encoding.UTF8.GetString(body).Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i];
            if (line.Length > 0 && line[0] != '#' && !line.Contains("_bucket{", StringComparison.Ordinal) && !line.Contains("_count{", StringComparison.Ordinal))
            {
                var at = line.LastIndexOf(' ');
                lines[i] = line[..(at + 1)] + (line[at + 1] == '1' ? '2' : '1') + line[(at + 2)..];
            }
        }

        return System.Text.Encoding.UTF8.GetBytes(string.Join('\n', lines));
    }

    /// <summary>No check at all: lines, the last blank, the number behind it.</summary>
    private static double Naive(ReadOnlySpan<byte> body)
    {
        var sum = 0.0;
        while (!body.IsEmpty)
        {
            var end = body.IndexOf((byte)'\n');
            var line = end < 0 ? body : body[..end];
            body = end < 0 ? default : body[(end + 1)..];
            if (line.IsEmpty || line[0] == '#')
            {
                continue;
            }

            var blank = line.LastIndexOf((byte)' ');
            if (Utf8Parser.TryParse(line[(blank + 1)..], out double value, out _))
            {
                sum += value;
            }
        }

        return sum;
    }

    private static double Load(ExpositionLoader loader, byte[] body, MetricSnapshot snapshot, int samples)
    {
        var result = loader.Load(body, ExpositionFormat.Text, snapshot);
        return result.Succeeded && result.Samples == samples ? result.Samples : throw new InvalidOperationException($"{result.Error}");
    }

    private static double Average(double time, Func<double> work)
    {
        var count = 0;
        var start = Stopwatch.GetTimestamp();
        do
        {
            work();
            count++;
        }
        while (Stopwatch.GetElapsedTime(start).TotalSeconds < time);
        return Stopwatch.GetElapsedTime(start).TotalSeconds / count;
    }

    private static Spread Print(string name, Spread seconds, int bytes, int samples)
    {
        var micro = new Spread(seconds.Minimum * 1e6, seconds.Median * 1e6, seconds.Maximum * 1e6);
        Console.WriteLine($"  {name,-22} {micro.ToText("0.0"),-32} µs   {bytes / seconds.Median / 1e6,8:0.0} MB/s   {samples / seconds.Median / 1e6,7:0.00} M samples/s");
        return seconds;
    }

    private static bool Bar(string what, double value, double bar, string format, bool atMost = false)
    {
        var met = atMost ? value <= bar : value >= bar;
        Console.WriteLine($"  {what}: {value.ToString(format, CultureInfo.InvariantCulture)} (bar {bar.ToString(format, CultureInfo.InvariantCulture)}) {(met ? "met" : "MISSED")}");
        return met;
    }
}
