using DynamoAspire.KvBench.Index;
using DynamoAspire.KvEvents.Index;

namespace DynamoAspire.KvBench.Traces;

/// <summary>One op = one block hash stored, removed or asked for, over a trace in its own order; the best published rate per core is 7 M/s.</summary>
internal static class TraceBench
{
    private const int Workers = 16;
    private const int Capacity = 16_384;

    public static Task<int> RunAsync(string[] args)
    {
        var runs = BenchOutput.Option(args, "--runs", 5);
        var at = Array.IndexOf(args, "--trace");
        if (at >= 0 && (at + 1 == args.Length || !File.Exists(args[at + 1])))
        {
            Console.Error.WriteLine("--trace needs the path of a file of JSON lines with hash_ids, such as mooncake-conversation.jsonl.");
            return Task.FromResult(2);
        }

        var trace = at >= 0 ? Trace.Read(args[at + 1]) : Trace.Generate(BenchOutput.Option(args, "--requests", 12_000), seed: 1);
        var operations = new TraceOperations(trace, Workers, Capacity);
        BenchOutput.Hardware();
        Console.WriteLine($"trace {trace.Name}: {trace.Requests.Count} requests, {operations.Asked} blocks asked, {operations.Stored} stored, {operations.Removed} removed; {Workers} workers × {Capacity} blocks, one thread, {ThreadClock.Name}, {runs} runs");
        var (ours, plain) = (new List<double>(), new List<double>());
        for (var run = -1; run < runs; run++)
        {
            var index = new PrefixIndex(KvClearScope.Rank);
            var matches = new KvMatches();
            var found = Measure(operations, run, ours, () => operations.Apply(e => index.Apply(e), q =>
            {
                index.FindMatches(q, matches);
                var best = 0;
                foreach (ref readonly var match in matches.Items)
                {
                    best = Math.Max(best, match.Blocks);
                }

                return best;
            }));
            var two = new TwoDictionaryIndex();
            var expected = Measure(operations, run, plain, () => operations.Apply(two.Apply, two.BestMatch));
            if (found != expected)
            {
                Console.Error.WriteLine($"The indexes disagree: {found} blocks found instead of {expected}.");
                return Task.FromResult(1);
            }
        }

        var (a, b) = (Spread.Of(ours), Spread.Of(plain));
        Console.WriteLine($"index            {a.ToText("0.00")} M block-ops/s, {BenchOutput.Number(a.Median * 1_000 * trace.Requests.Count / operations.Total)} k requests/s with their events");
        Console.WriteLine($"two dictionaries {b.ToText("0.00")} M block-ops/s, ×{BenchOutput.Number(a.Median / b.Median)}");
        return Task.FromResult(BenchOutput.Bar("block-ops per core, best run", a.Maximum, 7, atLeast: true, "M/s") ? 0 : 1);
    }

    /// <summary>Times one pass; runs below 0 warm up.</summary>
    private static long Measure(TraceOperations operations, int run, List<double> rates, Func<long> pass)
    {
        GC.Collect();
        var started = ThreadClock.Microseconds();
        var found = pass();
        if (run >= 0)
        {
            rates.Add(operations.Total / (ThreadClock.Microseconds() - started));
        }

        return found;
    }
}
