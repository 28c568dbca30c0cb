using DynamoAspire.MetricsBench;
using DynamoAspire.MetricsBench.Collect;
using DynamoAspire.MetricsBench.Exposition;
using DynamoAspire.MetricsBench.Load;
using DynamoAspire.MetricsBench.Registry;

// dotnet run -c Release --project bench/MetricsBench               lists the programs
// dotnet run -c Release --project bench/MetricsBench -- NAME …     runs one
BenchProgram[] programs =
[
    CollectBench.Program,
    LoadProgram.Program,
    new("inc", "one increment of a pre-bound counter, beside a bare Interlocked.Increment  [--short] [--slack N]", IncProgram.RunAsync),
    ParseBench.Program,
    WriteBench.Program,
];

var program = args.Length > 0 ? Array.Find(programs, p => p.Name == args[0]) : null;
if (program is null)
{
    Console.WriteLine("usage: dotnet run -c Release --project bench/MetricsBench -- NAME [options]");
    foreach (var p in programs)
    {
        Console.WriteLine($"  {p.Name,-12} {p.Summary}");
    }

    return args.Length == 0 || args[0] is "-h" or "--help" ? 0 : 2;
}

return await program.Run(args[1..]);
