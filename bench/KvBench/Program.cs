using DynamoAspire.KvBench;
using DynamoAspire.KvBench.Decoding;
using DynamoAspire.KvBench.Index;
using DynamoAspire.KvBench.Traces;

// dotnet run -c Release --project bench/KvBench               lists the programs
// dotnet run -c Release --project bench/KvBench -- NAME …     runs one
BenchProgram[] programs =
[
    new("index", "storing and removing chained blocks with 1 M resident, beside a plain index of two dictionaries", IndexBench.RunAsync),
    new("match", "look-ups 256 blocks deep over 64 workers, with and without a writer at full speed", MatchBench.RunAsync),
    new("trace", "a request trace over 16 workers with LRU: --trace FILE reads the public Mooncake traces, otherwise one is generated", TraceBench.RunAsync),
    new("decode", "batches of 16-token blocks decoded, hashed and converted", DecodeBench.RunAsync),
];

var program = args.Length > 0 ? Array.Find(programs, p => p.Name == args[0]) : null;
if (program is null)
{
    Console.WriteLine("usage: dotnet run -c Release --project bench/KvBench -- NAME [options]");
    foreach (var p in programs)
    {
        Console.WriteLine($"  {p.Name,-12} {p.Summary}");
    }

    return args.Length == 0 || args[0] is "-h" or "--help" ? 0 : 2;
}

return await program.Run(args[1..]);
