using System.Diagnostics;
using DynamoAspire.KvEvents.Index;
using DynamoAspire.KvEvents.RouterEvents;

namespace DynamoAspire.KvBench.Index;

/// <summary>
/// One op = one look-up of 256 blocks that all 64 workers hold, or half of them to half the depth, out of many such prefixes in random
/// order; then the same while another thread stores and removes chains as fast as it can.
/// </summary>
internal static class MatchBench
{
    private const int Depth = 256;
    private const int Workers = 64;

    public static async Task<int> RunAsync(string[] args)
    {
        var prefixes = BenchOutput.Option(args, "--prefixes", 256);
        var lookups = BenchOutput.Option(args, "--lookups", 100_000);
        var runs = BenchOutput.Option(args, "--runs", 5);
        BenchOutput.Hardware();
        Console.WriteLine($"match: {Depth} blocks deep, {Workers} workers, {prefixes} prefixes ({prefixes * Depth} places), {lookups} look-ups a run, {runs} runs");
        var index = new PrefixIndex(KvClearScope.Rank);
        var chains = new Chains(prefixes * Depth, Depth, 8, seed: 1);
        Fill(index, chains);
        var queries = Enumerable.Range(0, chains.Sequences).Select(s => chains.Sequence(s).ToArray().Select(b => b.TokensHash).ToArray()).ToArray();
        Console.WriteLine($"{index.BlockCount} blocks, {index.NodeCount} places, {BenchOutput.Number(index.MemoryBytes / (double)index.BlockCount)} B a block and worker");
        Measure(index, queries, lookups / 4);

        var quiet = Enumerable.Range(0, runs).Select(_ => Measure(index, queries, lookups)).ToArray();
        Print("alone", quiet);
        using var stop = new CancellationTokenSource();
        var writer = Task.Factory.StartNew(() => Write(index, stop.Token), stop.Token, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var busy = Enumerable.Range(0, runs).Select(_ => Measure(index, queries, lookups)).ToArray();
        await stop.CancelAsync();
        var rate = await writer;
        Print("while writing", busy);
        Console.WriteLine($"the writer did {BenchOutput.Number(rate)} M blocks/s meanwhile");
        var met = BenchOutput.Bar("p50 while writing, best run", busy.Min(t => t.P50), 10, atLeast: false, "µs");
        met &= BenchOutput.Bar("p99 while writing, best run", busy.Min(t => t.P99), 50, atLeast: false, "µs");
        return met ? 0 : 1;
    }

    private static void Fill(PrefixIndex index, Chains chains)
    {
        var routerEvent = new RouterEvent();
        foreach (var sequence in chains.Order)
        {
            for (var worker = 0; worker < Workers; worker++)
            {
                routerEvent.WorkerId = (ulong)worker;
                for (var part = 0; part < chains.EventsPerSequence / (1 + (worker % 2)); part++)
                {
                    chains.Stored(sequence, part, routerEvent);
                    index.Apply(routerEvent);
                }
            }
        }
    }

    private static Times Measure(PrefixIndex index, ulong[][] queries, int lookups)
    {
        var random = new Random(3);
        var order = Enumerable.Range(0, lookups).Select(_ => random.Next(queries.Length)).ToArray();
        var times = new double[lookups];
        var matches = new KvMatches();
        for (var i = 0; i < lookups; i++)
        {
            var started = Stopwatch.GetTimestamp();
            index.FindMatches(queries[order[i]], matches);
            times[i] = Stopwatch.GetElapsedTime(started).TotalMicroseconds;
            if (matches.Count != Workers)
            {
                throw new InvalidOperationException($"{matches.Count} workers matched instead of {Workers}.");
            }
        }

        Array.Sort(times);
        return new Times(times[lookups / 2], times[lookups * 99 / 100], times[lookups * 999 / 1000]);
    }

    /// <summary>Stores and removes chains of its own over all workers until stopped; blocks a microsecond.</summary>
    private static double Write(PrefixIndex index, CancellationToken cancellationToken)
    {
        var chains = new Chains(1 << 16, 64, 8, seed: 9);
        var routerEvent = new RouterEvent();
        var started = Stopwatch.GetTimestamp();
        long blocks = 0;
        for (var round = 0; !cancellationToken.IsCancellationRequested; round++)
        {
            var sequence = chains.Order[round % chains.Sequences];
            routerEvent.WorkerId = (ulong)(round % Workers);
            for (var part = 0; part < chains.EventsPerSequence; part++)
            {
                chains.Stored(sequence, part, routerEvent);
                index.Apply(routerEvent);
            }

            for (var part = chains.EventsPerSequence - 1; part >= 0; part--)
            {
                chains.Removed(sequence, part, routerEvent);
                index.Apply(routerEvent);
            }

            blocks += 2L * chains.BlocksPerSequence;
        }

        return blocks / Stopwatch.GetElapsedTime(started).TotalMicroseconds;
    }

    private static void Print(string name, Times[] times)
    {
        Console.WriteLine($"{name,-16} p50 {Spread.Of(times.Select(t => t.P50)).ToText("0.0")}  p99 {Spread.Of(times.Select(t => t.P99)).ToText("0.0")}  p99.9 {Spread.Of(times.Select(t => t.P999)).ToText("0.0")} µs"
            + $"  ({BenchOutput.Number(Depth / Spread.Of(times.Select(t => t.P50)).Median)} M blocks/s asked at p50)");
    }

    private sealed record Times(double P50, double P99, double P999);
}
