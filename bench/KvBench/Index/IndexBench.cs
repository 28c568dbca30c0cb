using DynamoAspire.KvEvents.Index;
using DynamoAspire.KvEvents.RouterEvents;

namespace DynamoAspire.KvBench.Index;

/// <summary>
/// One op = one block stored or removed, in events of 8 chained blocks, sequences of 64 in random order, one worker. The index is filled,
/// then slices of a quarter as many blocks again are stored and as many removed in turn, taken at random out of all.
/// </summary>
internal static class IndexBench
{
    private const int SequenceLength = 64;
    private const int PerEvent = 8;

    public static Task<int> RunAsync(string[] args)
    {
        var blocks = BenchOutput.Option(args, "--blocks", 1 << 20);
        var runs = BenchOutput.Option(args, "--runs", 5);
        var operations = new OperationStream(new Chains(blocks / 4 * 5, SequenceLength, PerEvent, seed: 1));
        BenchOutput.Hardware();
        Console.WriteLine($"index: {blocks} blocks resident, {blocks / 4} stored and removed, {PerEvent} blocks an event, one thread, {ThreadClock.Name}, {runs} runs");
        var (ours, plain) = (new List<Rates>(), new List<Rates>());
        var memory = new List<double>();
        double reported = 0;
        var warmUp = new OperationStream(new Chains(1 << 16, SequenceLength, PerEvent, seed: 3));
        for (var run = 0; run < 6; run++)
        {
            var (index, two) = (new PrefixIndex(), new TwoDictionaryIndex());
            Measure(e => index.Apply(e), warmUp, () => { });
            Measure(two.Apply, warmUp, () => { });
        }

        for (var run = 0; run < runs; run++)
        {
            GC.Collect();
            var before = GC.GetTotalMemory(forceFullCollection: true);
            var index = new PrefixIndex();
            ours.Add(Measure(e => index.Apply(e), operations, () =>
            {
                memory.Add((GC.GetTotalMemory(forceFullCollection: true) - before) / (double)index.BlockCount);
                reported = index.MemoryBytes / (double)index.BlockCount;
            }));
            GC.KeepAlive(index);
            var two = new TwoDictionaryIndex();
            plain.Add(Measure(two.Apply, operations, () => { }));
        }

        Print("fill", ours, plain, r => r.Fill);
        var store = Print("store at resident", ours, plain, r => r.Store);
        var remove = Print("remove at resident", ours, plain, r => r.Remove);
        Print("remove all", ours, plain, r => r.Drain);
        var met = BenchOutput.Bar("store, best run", store.Best, 5, atLeast: true, "M blocks/s");
        met &= BenchOutput.Bar("remove, best run", remove.Best, 5, atLeast: true, "M blocks/s");
        met &= BenchOutput.Bar("store beside two dictionaries", store.Ratio, 3, atLeast: true, "×");
        met &= BenchOutput.Bar("remove beside two dictionaries", remove.Ratio, 3, atLeast: true, "×");
        met &= BenchOutput.Bar($"memory per block (it reports {BenchOutput.Number(reported)})", memory.Max(), 64, atLeast: false, "B");
        return Task.FromResult(met ? 0 : 1);
    }

    private static (double Best, double Ratio) Print(string name, List<Rates> ours, List<Rates> plain, Func<Rates, double> rate)
    {
        var (a, b) = (Spread.Of(ours.Select(rate)), Spread.Of(plain.Select(rate)));
        Console.WriteLine($"{name,-20} {a.ToText("0.00"),-24} two dictionaries {b.ToText("0.00"),-24} M blocks/s  ×{BenchOutput.Number(a.Median / b.Median)}  ({BenchOutput.Number(a.Median / PerEvent)} M events/s)");
        return (a.Maximum, a.Median / b.Median);
    }

    private static Rates Measure(Action<RouterEvent> apply, OperationStream operations, Action atResident)
    {
        // A fifth of the sequences comes while as many go, taken at random out of those that were there.
        var routerEvent = new RouterEvent { WorkerId = 1 };
        var resident = operations.Events / 5 * 4;
        var fill = Rate(resident, Time(0, resident, operations.Stored));
        atResident();
        var (stored, removed) = (0.0, 0.0);
        var slice = Math.Min(OperationStream.Interleaved * SequenceLength / PerEvent, operations.Events - resident);
        var covered = 0;
        for (; covered + slice <= operations.Events - resident; covered += slice)
        {
            stored += Time(resident + covered, resident + covered + slice, operations.Stored);
            removed += Time(covered, covered + slice, operations.Removed);
        }

        var drain = Rate(operations.Events - covered, Time(covered, operations.Events, operations.Removed));
        return new Rates(fill, Rate(covered, stored), Rate(covered, removed), drain);

        static double Rate(int events, double microseconds) => events * (double)PerEvent / microseconds;

        double Time(int from, int to, Action<int, RouterEvent> prepare)
        {
            var started = ThreadClock.Microseconds();
            for (var i = from; i < to; i++)
            {
                prepare(i, routerEvent);
                apply(routerEvent);
            }

            return ThreadClock.Microseconds() - started;
        }
    }

    private sealed record Rates(double Fill, double Store, double Remove, double Drain);
}
