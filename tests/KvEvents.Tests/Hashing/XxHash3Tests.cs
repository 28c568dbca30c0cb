using System.Runtime.Intrinsics.X86;
using DynamoAspire.KvEvents.Hashing;
using DynamoAspire.Testing;

namespace DynamoAspire.KvEvents.Tests.Hashing;

public sealed class XxHash3Tests
{
    private static readonly XxHashLoop[] s_loops = [.. Enum.GetValues<XxHashLoop>().Where(l => l != XxHashLoop.Avx2 || Avx2.IsSupported)];

    [FactIfReferenceXxHash]
    public void Hash64_EveryLengthTo4096_EqualsTheReference()
    {
        var random = new Random(20_261);
        var data = new byte[4097];
        for (var length = 0; length <= 4096; length++)
        {
            random.NextBytes(data);
            // The offset varies, so that no alignment is assumed.
            var input = data.AsSpan(length & 1, length);
            foreach (var seed in (ReadOnlySpan<ulong>)[0, BlockHasher.Seed, (ulong)random.NextInt64(), ulong.MaxValue])
            {
                var expected = ReferenceXxHash.Hash64(input, seed);
                Assert.True(expected == XxHash3.Hash64(input, seed), $"length {length}, seed {seed}");
                foreach (var loop in s_loops)
                {
                    Assert.True(expected == XxHash3.Hash64(input, seed, loop), $"{loop}: length {length}, seed {seed}");
                }
            }
        }
    }

    [FactIfReferenceXxHash]
    public void Hash64_LongInputs_EqualTheReference()
    {
        var random = new Random(7);
        for (var i = 0; i < 50; i++)
        {
            var data = new byte[random.Next(4097, 300_000)];
            random.NextBytes(data);
            Assert.Equal(ReferenceXxHash.Hash64(data, BlockHasher.Seed), XxHash3.Hash64(data, BlockHasher.Seed));
        }
    }

    [Fact]
    public void Hash64_AllLoops_Agree()
    {
        var random = new Random(3);
        var data = new byte[10_000];
        random.NextBytes(data);
        for (var length = 241; length < data.Length; length += 37)
        {
            Assert.All(s_loops, loop => Assert.Equal(XxHash3.Hash64(data.AsSpan(0, length), 99), XxHash3.Hash64(data.AsSpan(0, length), 99, loop)));
        }
    }

    [Fact]
    public void Hash64_SeededText_GivesThePublishedValue()
    {
        Assert.Equal(13226331709069118873UL, XxHash3.Hash64("test data"u8, BlockHasher.Seed));
        Assert.Equal(15128690059815094969UL, XxHash3.Hash64([], BlockHasher.Seed));
    }

    [Fact]
    public void Hash64_AnyLength_AllocatesNothing()
    {
        var data = new byte[4096];
        var sum = XxHash3.Hash64(data) + XxHash3.Hash64(data, 5);
        Assert.Equal(0, Allocations.InSteadyState(() =>
        {
            for (var length = 0; length <= data.Length; length += 16)
            {
                sum += XxHash3.Hash64(data.AsSpan(0, length), BlockHasher.Seed);
            }
        }));
        Assert.NotEqual(0UL, sum);
    }
}
