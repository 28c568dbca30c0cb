using System.Buffers;
using DynamoAspire.KvEvents.Conversion;
using DynamoAspire.KvEvents.Hashing;
using DynamoAspire.KvEvents.RouterEvents;
using DynamoAspire.KvEvents.Wire;

namespace DynamoAspire.KvBench.Decoding;

/// <summary>
/// One op = one block of 16 tokens decoded, hashed and converted into a router event, in batches of 8 events of 8 blocks as a busy engine
/// sends them, token ids over a vocabulary of 128 256. The yardstick is hashing the same tokens alone.
/// </summary>
internal static class DecodeBench
{
    private const int BlockSize = 16;
    private const int Events = 8;

    public static Task<int> RunAsync(string[] args)
    {
        var runs = BenchOutput.Option(args, "--runs", 5);
        var perEvent = BenchOutput.Option(args, "--blocks-per-event", 8);
        var batches = Enumerable.Range(0, 512).Select(i => Batch(KvEventSchema.M1, perEvent, i)).ToArray();
        var blocks = batches.Length * Events * perEvent;
        BenchOutput.Hardware();
        Console.WriteLine($"decode: {batches.Length} batches of {Events} events of {perEvent} blocks of {BlockSize} tokens, one thread, {ThreadClock.Name}, {runs} runs");
        var decoder = new KvBatchDecoder();
        var batch = new KvEventBatch();
        var converter = new KvEventConverter(BlockSize);
        var routerEvent = new RouterEvent();
        var (all, hash) = (new List<double>(), new List<double>());
        long allocated = 0;
        for (var run = -3; run < runs; run++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            var started = ThreadClock.Microseconds();
            long converted = 0;
            for (var round = 0; round < 10; round++)
            {
                foreach (var payload in batches)
                {
                    decoder.Decode(payload, batch);
                    for (var i = 0; i < batch.Count; i++)
                    {
                        converter.Convert(batch[i], routerEvent);
                        converted += routerEvent.Blocks.Length;
                    }
                }
            }

            var taken = ThreadClock.Microseconds() - started;
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            if (converted != blocks * 10L)
            {
                throw new InvalidOperationException($"{converted} blocks converted instead of {blocks * 10L}.");
            }

            var tokens = batch[0].TokenIds.ToArray();
            started = ThreadClock.Microseconds();
            ulong sum = 0;
            for (var i = 0; i < blocks * 10; i++)
            {
                sum += BlockHasher.TokensHash(tokens.AsSpan(i % perEvent * BlockSize, BlockSize));
            }

            var hashing = ThreadClock.Microseconds() - started;
            GC.KeepAlive(sum);
            if (run >= 0)
            {
                all.Add(converted / taken);
                hash.Add(converted / hashing);
            }
        }

        var (a, b) = (Spread.Of(all), Spread.Of(hash));
        var bytes = batches.Average(p => p.Length) / (Events * perEvent);
        Console.WriteLine($"decode + hash + convert {a.ToText("0.00")} M blocks/s, {BenchOutput.Number(a.Median * bytes)} MB/s; hashing alone {b.ToText("0.00")} M blocks/s");
        var met = BenchOutput.Bar("decode + hash + convert, best run", a.Maximum, 3, atLeast: true, "M blocks/s");
        met &= BenchOutput.Bar("allocated", allocated, 0, atLeast: false, "B");
        return Task.FromResult(met ? 0 : 1);
    }

    private static byte[] Batch(KvEventSchema schema, int perEvent, int seed)
    {
        var random = new Random(seed);
        var encoder = new KvBatchEncoder(schema);
        for (var i = 0; i < Events; i++)
        {
            encoder.AddStored(new KvStoredFields
            {
                BlockHashes = Enumerable.Range(0, perEvent).Select(_ => (ulong)random.NextInt64()).ToArray(),
                ParentBlockHash = (ulong)random.NextInt64(),
                TokenIds = Enumerable.Range(0, BlockSize * perEvent).Select(_ => (uint)random.Next(128_256)).ToArray(),
                BlockSize = BlockSize,
                Medium = "GPU",
            });
        }

        var output = new ArrayBufferWriter<byte>();
        encoder.Complete(1.5, 0, output);
        return output.WrittenSpan.ToArray();
    }
}
