using System.Buffers;
using BenchmarkDotNet.Attributes;
using DynamoAspire.KvEvents.Hashing;
using DynamoAspire.KvEvents.Wire;

namespace DynamoAspire.Benchmarks.Decoding;

/// <summary>One op = one batch of 64 stored events, one block of 16 tokens each, decoded; then decoded and hashed.</summary>
[MemoryDiagnoser]
public class DecodeBenchmarks
{
    private const int Events = 64;
    private const int BlockSize = 16;

    private readonly KvBatchDecoder _decoder = new();
    private readonly KvEventBatch _batch = new();
    private ReadOnlyMemory<byte> _payload;

    /// <summary>Generation of the wire: the old arrays and the maps of vLLM 0.24 on.</summary>
    [Params(KvEventSchema.A3, KvEventSchema.M1)]
    public KvEventSchema Schema { get; set; }

    /// <summary>Makes the batch.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        var encoder = new KvBatchEncoder(Schema);
        for (var i = 0; i < Events; i++)
        {
            encoder.AddStored(new KvStoredFields
            {
                BlockHashes = new[] { (ulong)random.NextInt64() },
                ParentBlockHash = i == 0 ? null : (ulong)random.NextInt64(),
                TokenIds = Enumerable.Range(0, BlockSize).Select(_ => (uint)random.Next(128_256)).ToArray(),
                BlockSize = BlockSize,
                Medium = "GPU",
            });
        }

        var output = new ArrayBufferWriter<byte>();
        encoder.Complete(1.5, 0, output);
        _payload = output.WrittenMemory;
    }

    /// <summary>Decode only.</summary>
    [Benchmark(OperationsPerInvoke = Events)]
    public int Decode() => _decoder.Decode(_payload, _batch) == KvBatchStatus.Ok ? _batch.Count : throw new InvalidOperationException();

    /// <summary>Decode, and hash the tokens of every block.</summary>
    [Benchmark(OperationsPerInvoke = Events)]
    public ulong DecodeAndHash()
    {
        ulong sum = 0;
        _decoder.Decode(_payload, _batch);
        for (var i = 0; i < _batch.Count; i++)
        {
            sum ^= BlockHasher.TokensHash(_batch[i].TokenIds);
        }

        return sum;
    }
}
