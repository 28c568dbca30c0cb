using System.Buffers;
using System.Diagnostics;
using System.Globalization;
using DynamoAspire.Metrics.Model;
using DynamoAspire.Metrics.Parsing;
using DynamoAspire.Metrics.Writing;

namespace DynamoAspire.MetricsBench.Exposition;

/// <summary>Writes 10 000 samples of a vLLM-shaped scrape, in each format. Yardstick: copying as many bytes.</summary>
internal static class WriteBench
{
    private const int Samples = 10_000;
    private const double Bar = 3e6;
    private const int Runs = 5;

    // What is wanted where the machine does other work too; a copy slows down with us.
    private const double BarOfCopy = 0.02;

    public static BenchProgram Program { get; } = new("write", "write 10 000 samples as text and OpenMetrics, against a plain copy of the bytes  [--quick] [--slack N]", Run);

    private static Task<int> Run(string[] args)
    {
        var time = args.Contains("--quick") ? 0.1 : 0.5;
        var slack = Slack.Of(args);
        var bar = slack is { } factor ? $"≥ {(BarOfCopy / factor).ToString("0.0###", CultureInfo.InvariantCulture)} × a copy" : "best of five ≥ 3 M/s";
        var snapshot = Snapshot();
        Console.WriteLine($"{Hardware.Line}\n{snapshot.SampleCount:N0} samples of {snapshot.FamilyCount} families; {Runs} runs, median (least … most)");
        var good = true;
        foreach (var format in Enum.GetValues<ExpositionFormat>())
        {
            var output = new ArrayBufferWriter<byte>(8 * 1024 * 1024);
            void Write()
            {
                output.ResetWrittenCount();
                ExpositionWriter.Write(snapshot, format, output);
            }

            var rates = Measure(Write, time, snapshot.SampleCount);
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 50; i++)
            {
                Write();
            }

            var allocated = (GC.GetAllocatedBytesForCurrentThread() - before) / 50.0;
            var written = output.WrittenMemory.ToArray();
            var target = new byte[written.Length];
            var copy = Measure(() => written.CopyTo(target, 0), time / 5, snapshot.SampleCount);
            var met = (slack is null ? rates.Maximum >= Bar : rates.Maximum / copy.Median >= BarOfCopy / slack) && allocated == 0;
            good &= met;
            Console.WriteLine($"  {format,-12} {new Spread(rates.Minimum / 1e6, rates.Median / 1e6, rates.Maximum / 1e6).ToText("0.00"),-28} M samples/s   {written.Length * (rates.Median / snapshot.SampleCount) / 1e6,7:0} MB/s   {rates.Median / copy.Median:0.000} × a copy   {allocated:0} B/op   (bar: {bar}, 0 B) {(met ? "met" : "MISSED")}");
        }

        return Task.FromResult(good ? 0 : 1);
    }

    private static MetricSnapshot Snapshot()
    {
        var all = new MetricSnapshot();
        var result = new ExpositionLoader().Load(BenchBody.Of(16), ExpositionFormat.Text, all);
        if (!result.Succeeded || all.SampleCount < Samples)
        {
            throw new InvalidOperationException($"{all.SampleCount} samples are too few: {result.Error}");
        }

        var part = new MetricSnapshot();
        for (var i = 0; i < all.FamilyCount && part.SampleCount < Samples; i++)
        {
            part.BeginFamily(all[i].Header);
            part.AddRange(all[i].Samples[..Math.Min(all[i].Samples.Length, Samples - part.SampleCount)]);
        }

        return part;
    }

    private static Spread Measure(Action work, double time, int samples)
    {
        for (var until = Stopwatch.GetTimestamp() + (long)(Stopwatch.Frequency * time * 2); Stopwatch.GetTimestamp() < until;)
        {
            work();
        }

        return Spread.Of(Enumerable.Range(0, Runs).Select(_ =>
        {
            var count = 0;
            var start = Stopwatch.GetTimestamp();
            do
            {
                work();
                count++;
            }
            while (Stopwatch.GetElapsedTime(start).TotalSeconds < time);
            return samples * (count / Stopwatch.GetElapsedTime(start).TotalSeconds);
        }));
    }
}
