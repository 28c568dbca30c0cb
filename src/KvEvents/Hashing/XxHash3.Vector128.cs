using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace DynamoAspire.KvEvents.Hashing;

/// <content>The stripe loop on 128-bit vectors: two accumulators each, for Arm and for x86 without AVX2.</content>
public static partial class XxHash3
{
    private static void AccumulateVector128(ReadOnlySpan<byte> data, ReadOnlySpan<byte> secret, Span<ulong> sums)
    {
        var rest = data;
        while (rest.Length > BlockLength)
        {
            AddStripes(rest, secret, sums, StripesPerBlock);
            for (var i = 0; i < 8; i += 2)
            {
                var sum = Vector128.Create<ulong>(sums[i..]);
                var key = sum ^ (sum >>> 47) ^ Vector128.Create<byte>(secret[(SecretLength - StripeLength + (8 * i))..]).AsUInt64();
                var low = MultiplyLow(key, Vector128.Create(Prime32No1));
                var high = MultiplyLow(key >>> 32, Vector128.Create(Prime32No1));
                (low + (high << 32)).CopyTo(sums[i..]);
            }

            rest = rest[BlockLength..];
        }

        AddStripes(rest, secret, sums, (rest.Length - 1) / StripeLength);
        AddStripes(data[^StripeLength..], secret[(SecretLength - StripeLength - 7)..], sums, 1);
    }

    private static void AddStripes(ReadOnlySpan<byte> data, ReadOnlySpan<byte> secret, Span<ulong> sums, int stripes)
    {
        var (a, b) = (Vector128.Create<ulong>(sums), Vector128.Create<ulong>(sums[2..]));
        var (c, d) = (Vector128.Create<ulong>(sums[4..]), Vector128.Create<ulong>(sums[6..]));
        for (var stripe = 0; stripe < stripes; stripe++)
        {
            var at = data.Slice(stripe * StripeLength, StripeLength);
            var key = secret.Slice(8 * stripe, StripeLength);
            a = AddQuarter(a, at, key);
            b = AddQuarter(b, at[16..], key[16..]);
            c = AddQuarter(c, at[32..], key[32..]);
            d = AddQuarter(d, at[48..], key[48..]);
        }

        a.CopyTo(sums);
        b.CopyTo(sums[2..]);
        c.CopyTo(sums[4..]);
        d.CopyTo(sums[6..]);
    }

    private static Vector128<ulong> AddQuarter(Vector128<ulong> sums, ReadOnlySpan<byte> data, ReadOnlySpan<byte> secret)
    {
        var value = Vector128.Create<byte>(data).AsUInt64();
        var key = value ^ Vector128.Create<byte>(secret).AsUInt64();
        return sums + Vector128.Shuffle(value, Vector128.Create(1UL, 0UL)) + MultiplyLow(key, key >>> 32);
    }

    /// <summary>Lower halves of both lanes, multiplied to 64 bits.</summary>
    private static Vector128<ulong> MultiplyLow(Vector128<ulong> left, Vector128<ulong> right)
    {
        if (AdvSimd.IsSupported)
        {
            return AdvSimd.MultiplyWideningLower(AdvSimd.ExtractNarrowingLower(left), AdvSimd.ExtractNarrowingLower(right));
        }

        var mask = Vector128.Create((ulong)uint.MaxValue);
        return Sse2.IsSupported ? Sse2.Multiply(left.AsUInt32(), right.AsUInt32()) : (left & mask) * (right & mask);
    }
}
