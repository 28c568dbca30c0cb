using System.Reflection;
using System.Runtime.InteropServices;
using BenchmarkDotNet.Attributes;
using DynamoAspire.KvEvents.Hashing;

namespace DynamoAspire.Benchmarks.Hashing;

/// <summary>
/// One op = the tokens hash of one block, beside the same through the xxHash C library (libxxhash), the reference.
/// The block sizes are those that engines use: vLLM 16, SGLang and TensorRT-LLM 64, large pages 256.
/// </summary>
[MemoryDiagnoser]
public unsafe class BlockHashBenchmarks
{
    private uint[] _tokens = [];
    private delegate* unmanaged<byte*, nuint, ulong, ulong> _reference;

    /// <summary>Tokens per block.</summary>
    [Params(16, 64, 256)]
    public int BlockSize { get; set; }

    /// <summary>Fills a block and finds the library.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        _tokens = [.. Enumerable.Range(0, BlockSize).Select(_ => (uint)random.Next(128_256))];
        if (NativeLibrary.TryLoad("libxxhash.so.0", Assembly.GetExecutingAssembly(), null, out var library))
        {
            _reference = (delegate* unmanaged<byte*, nuint, ulong, ulong>)NativeLibrary.GetExport(library, "XXH3_64bits_withSeed");
        }
    }

    /// <summary>The reference.</summary>
    [Benchmark(Baseline = true)]
    public ulong Libxxhash()
    {
        if (_reference is null)
        {
            throw new InvalidOperationException("libxxhash.so.0 is not there; Debian: apt-get install libxxhash0.");
        }

        fixed (uint* tokens = _tokens)
        {
            return _reference((byte*)tokens, (nuint)(_tokens.Length * sizeof(uint)), BlockHasher.Seed);
        }
    }

    /// <summary>Ours.</summary>
    [Benchmark]
    public ulong BlockHasherTokensHash() => BlockHasher.TokensHash(_tokens);
}
