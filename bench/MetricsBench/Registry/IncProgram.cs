using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using DynamoAspire.Metrics.Registry;

namespace DynamoAspire.MetricsBench.Registry;

/// <summary>
/// <c>inc [--short] [--slack N]</c>: one increment of a pre-bound counter beside a bare interlocked increment of a word, by one, two and four threads, run by turns.
/// </summary>
internal static class IncProgram
{
    private const double Bar = 1.5;
    private const int Runs = 5;
    private static long s_bare;

    public static Task<int> RunAsync(string[] args)
    {
        var bar = Bar * (Slack.Of(args) ?? 1);
        var perRun = args.Contains("--short") ? 2_000_000 : 20_000_000;
        Console.WriteLine($"Inc() of a pre-bound counter, {perRun / 1_000_000} M increments per thread and run, {Runs} runs by turns; {Environment.ProcessorCount} processors, {RuntimeInformation.FrameworkDescription}, {RuntimeInformation.ProcessArchitecture}");
        Console.WriteLine("threads  what                         ns per increment         ratio to bare");

        // Both compiled and optimised, and the counter of the first table not yet contended for.
        Measure(1, 3_000_000, new MetricRegistry().Counter("warm_total", "Warm-up."));
        var counter = new MetricRegistry().CounterVector("c_total", "Increments.", "model").With("m");
        var single = Table("1", 1, perRun, counter, "bound, one cell");
        var exact = true;
        foreach (var threads in (ReadOnlySpan<int>)[2, 4])
        {
            Table(threads.ToString(CultureInfo.InvariantCulture), threads, perRun / threads, counter, "bound, shared");
        }

        var striped = Table("1 after", 1, perRun, counter, "bound, striped by then");
        var expected = (2L * Runs * perRun) + (Runs * 2L * (perRun / 2)) + (Runs * 4L * (perRun / 4));
        exact &= counter.Value == expected;
        var before = GC.GetAllocatedBytesForCurrentThread();
        counter.Inc();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        var met = single <= bar && exact && allocated == 0;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"sum exact: {exact} ({counter.Value:0} of {expected}); allocated per increment: {allocated} B; striped single thread: {striped:0.00} x"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"bar: best of {Runs} at one thread <= {bar} x a bare Interlocked.Increment: {single:0.00} x, {(met ? "met" : "MISSED")}"));
        return Task.FromResult(met ? 0 : 1);
    }

    /// <summary>Prints both lines and gives the ratio of the best runs.</summary>
    private static double Table(string label, int threads, int perThread, Counter counter, string what)
    {
        var (bare, ours, ratios) = (new double[Runs], new double[Runs], new double[Runs]);
        for (var run = 0; run < Runs; run++)
        {
            (bare[run], ours[run]) = Measure(threads, perThread, counter);
            ratios[run] = ours[run] / bare[run];
        }

        Console.WriteLine($"{label,-8} {"bare Interlocked.Increment",-28} {Spread.Of(bare).ToText("0.00"),-24} 1");
        Console.WriteLine($"{label,-8} {what,-28} {Spread.Of(ours).ToText("0.00"),-24} {Spread.Of(ratios).ToText("0.00")}");
        return ours.Min() / bare.Min();
    }

    private static (double Bare, double Ours) Measure(int threads, int perThread, Counter counter) => (
        Time(threads, perThread, static (count, _) => Bare(count), counter),
        Time(threads, perThread, static (count, c) => Ours(count, c), counter));

    private static double Time(int threads, int perThread, Action<int, Counter> work, Counter counter)
    {
        if (threads == 1)
        {
            var started = Stopwatch.GetTimestamp();
            work(perThread, counter);
            return Stopwatch.GetElapsedTime(started).TotalNanoseconds / perThread;
        }

        using var barrier = new Barrier(threads + 1);
        var workers = new Thread[threads];
        for (var i = 0; i < threads; i++)
        {
            workers[i] = new Thread(() =>
            {
                barrier.SignalAndWait();
                work(perThread, counter);
                barrier.SignalAndWait();
            });
            workers[i].Start();
        }

        barrier.SignalAndWait();
        var begun = Stopwatch.GetTimestamp();
        barrier.SignalAndWait();
        var elapsed = Stopwatch.GetElapsedTime(begun);
        foreach (var worker in workers)
        {
            worker.Join();
        }

        return elapsed.TotalNanoseconds / ((long)perThread * threads);
    }

    private static void Bare(int count)
    {
        for (var i = 0; i < count; i++)
        {
            Interlocked.Increment(ref s_bare);
        }
    }

    private static void Ours(int count, Counter counter)
    {
        for (var i = 0; i < count; i++)
        {
            counter.Inc();
        }
    }
}
