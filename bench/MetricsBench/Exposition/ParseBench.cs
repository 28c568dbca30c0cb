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

    public static BenchProgram Program { get; } = new("parse", "read a vLLM-shaped body with full checks, against a naive span walk and the Python parser", RunAsync);

    private static async Task<int> RunAsync(string[] args)
    {
        var quick = args.Contains("--quick");
        var bodies = new[] { Sized(8, 'a'), Sized(8, 'b') };
        var body = bodies[0];
        var samples = BenchBody.Samples(body);
        var other = Perturbed(body);
        var strict = new ExpositionLoaderOptions { Strict = true };
        var loader = new ExpositionLoader(strict);
        var snapshot = new MetricSnapshot();
        var turn = 0;
        Console.WriteLine($"{Hardware.Line}\nbody: {body.Length:N0} bytes, {samples:N0} samples; strict text 0.0.4, into a snapshot; {Runs} runs, median (least … most)");

        var naive = Measure("naive span walk", () => Naive(turn++ % 2 == 0 ? body : other), body.Length, samples, quick);
        var changed = Measure("ours, values changed", () => Load(loader, turn++ % 2 == 0 ? body : other, snapshot, samples), body.Length, samples, quick);
        var shifting = new ExpositionLoader(strict);
        var shifted = Measure("ours, new series each", () => Load(shifting, bodies[turn++ % 2], snapshot, samples), body.Length, samples, quick);
        var cold = Measure("ours, cold", () => Load(new ExpositionLoader(strict), body, new MetricSnapshot(), samples), body.Length, samples, quick);
        var python = await PythonAsync(body, samples);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            Load(loader, i % 2 == 0 ? body : other, snapshot, samples);
        }

        var allocated = (GC.GetAllocatedBytesForCurrentThread() - before) / 100.0;
        var ofNaive = naive.Median / changed.Median;
        var ofPython = python.Median / changed.Median;
        var good = Bar("throughput of the naive walk, values changed", ofNaive, BarOfNaive, "0.00 ×");
        good &= Bar("throughput of the Python parser", ofPython, BarOfPython, "0 ×");
        good &= Bar("allocated per body, at most", allocated, 0, "0 B", atMost: true);
        Console.WriteLine($"  for comparison: new series each body {naive.Median / shifted.Median:0.00} × naive, cold {naive.Median / cold.Median:0.00} × naive and {python.Median / cold.Median:0} × Python");
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

    private static Spread Measure(string name, Func<double> work, int bytes, int samples, bool quick)
    {
        var time = quick ? 0.1 : 0.5;
        for (var until = Stopwatch.GetTimestamp() + (long)(Stopwatch.Frequency * time * 2); Stopwatch.GetTimestamp() < until;)
        {
            work();
        }

        var seconds = new List<double>();
        for (var run = 0; run < Runs; run++)
        {
            var count = 0;
            var start = Stopwatch.GetTimestamp();
            do
            {
                work();
                count++;
            }
            while (Stopwatch.GetElapsedTime(start).TotalSeconds < time);
            seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds / count);
        }

        return Print(name, Spread.Of(seconds), bytes, samples);
    }

    private static async Task<Spread> PythonAsync(byte[] body, int samples)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(file, body);
            const string Script =
                """
                import sys, time
                from prometheus_client.parser import text_string_to_metric_families
                text = open(sys.argv[1]).read()
                for _ in range(6):
                    t = time.perf_counter()
                    n = sum(len(f.samples) for f in text_string_to_metric_families(text))
                    print(n, time.perf_counter() - t)
                """;
            var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("PYTHON") ?? "python3") { RedirectStandardOutput = true };
            start.ArgumentList.Add("-c");
            start.ArgumentList.Add(Script);
            start.ArgumentList.Add(file);
            using var process = Process.Start(start)!;
            var output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            var runs = output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => l.Split(' ')).ToArray();
            if (runs.Length != 6 || runs.Any(r => int.Parse(r[0], CultureInfo.InvariantCulture) != samples))
            {
                throw new InvalidOperationException($"The Python parser did not read {samples} samples: {output}");
            }

            // The first run warms it up.
            return Print("Python client", Spread.Of(runs.Skip(1).Select(r => double.Parse(r[1], CultureInfo.InvariantCulture))), body.Length, samples);
        }
        finally
        {
            File.Delete(file);
        }
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
