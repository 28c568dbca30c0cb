using System.Buffers.Binary;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DynamoAspire.KvEvents.Hashing;

/// <content>Inputs over 240 bytes: stripes of 64 bytes into eight accumulators, scrambled after each block of sixteen.</content>
public static partial class XxHash3
{
    private const int SecretLength = 192;
    private const int StripeLength = 64;
    private const int StripesPerBlock = (SecretLength - StripeLength) / 8;
    private const int BlockLength = StripeLength * StripesPerBlock;

    /// <summary>The secret derived from the one seed of the KV-cache wire, so that hashing a block does not derive it again.</summary>
    private static readonly byte[] s_wireSecret = DeriveSecret(BlockHasher.Seed);

    private static ReadOnlySpan<byte> Secret =>
    [
        0xb8, 0xfe, 0x6c, 0x39, 0x23, 0xa4, 0x4b, 0xbe, 0x7c, 0x01, 0x81, 0x2c, 0xf7, 0x21, 0xad, 0x1c,
        0xde, 0xd4, 0x6d, 0xe9, 0x83, 0x90, 0x97, 0xdb, 0x72, 0x40, 0xa4, 0xa4, 0xb7, 0xb3, 0x67, 0x1f,
        0xcb, 0x79, 0xe6, 0x4e, 0xcc, 0xc0, 0xe5, 0x78, 0x82, 0x5a, 0xd0, 0x7d, 0xcc, 0xff, 0x72, 0x21,
        0xb8, 0x08, 0x46, 0x74, 0xf7, 0x43, 0x24, 0x8e, 0xe0, 0x35, 0x90, 0xe6, 0x81, 0x3a, 0x26, 0x4c,
        0x3c, 0x28, 0x52, 0xbb, 0x91, 0xc3, 0x00, 0xcb, 0x88, 0xd0, 0x65, 0x8b, 0x1b, 0x53, 0x2e, 0xa3,
        0x71, 0x64, 0x48, 0x97, 0xa2, 0x0d, 0xf9, 0x4e, 0x38, 0x19, 0xef, 0x46, 0xa9, 0xde, 0xac, 0xd8,
        0xa8, 0xfa, 0x76, 0x3f, 0xe3, 0x9c, 0x34, 0x3f, 0xf9, 0xdc, 0xbb, 0xc7, 0xc7, 0x0b, 0x4f, 0x1d,
        0x8a, 0x51, 0xe0, 0x4b, 0xcd, 0xb4, 0x59, 0x31, 0xc8, 0x9f, 0x7e, 0xc9, 0xd9, 0x78, 0x73, 0x64,
        0xea, 0xc5, 0xac, 0x83, 0x34, 0xd3, 0xeb, 0xc3, 0xc5, 0x81, 0xa0, 0xff, 0xfa, 0x13, 0x63, 0xeb,
        0x17, 0x0d, 0xdd, 0x51, 0xb7, 0xf0, 0xda, 0x49, 0xd3, 0x16, 0x55, 0x26, 0x29, 0xd4, 0x68, 0x9e,
        0x2b, 0x16, 0xbe, 0x58, 0x7d, 0x47, 0xa1, 0xfc, 0x8f, 0xf8, 0xb8, 0xd1, 0x7a, 0xd0, 0x31, 0xce,
        0x45, 0xcb, 0x3a, 0x8f, 0x95, 0x16, 0x04, 0x28, 0xaf, 0xd7, 0xfb, 0xca, 0xbb, 0x4b, 0x40, 0x7e,
    ];

    private static ulong HashLong(ReadOnlySpan<byte> data, ulong seed, XxHashLoop loop)
    {
        Span<byte> derived = stackalloc byte[SecretLength];
        scoped ReadOnlySpan<byte> secret;
        if (seed == 0)
        {
            secret = Secret;
        }
        else if (seed == BlockHasher.Seed)
        {
            secret = s_wireSecret;
        }
        else
        {
            DeriveSecret(seed, derived);
            secret = derived;
        }

        Span<ulong> sums = [Prime32No3, Prime64No1, Prime64No2, Prime64No3, Prime64No4, Prime32No2, Prime64No5, Prime32No1];
        switch (loop)
        {
            case XxHashLoop.Avx2:
                AccumulateAvx2(data, secret, sums);
                break;
            case XxHashLoop.Vector128:
                AccumulateVector128(data, secret, sums);
                break;
            default:
                AccumulateScalar(data, secret, sums);
                break;
        }

        var hash = (ulong)data.Length * Prime64No1;
        for (var i = 0; i < 4; i++)
        {
            var part = secret[(11 + (16 * i))..];
            hash += Fold(sums[2 * i] ^ Read64(part), sums[(2 * i) + 1] ^ Read64(part[8..]));
        }

        return Avalanche(hash);
    }

    private static void AccumulateScalar(ReadOnlySpan<byte> data, ReadOnlySpan<byte> secret, Span<ulong> sums)
    {
        var rest = data;
        while (rest.Length > BlockLength)
        {
            for (var stripe = 0; stripe < StripesPerBlock; stripe++)
            {
                AddStripe(rest[(stripe * StripeLength)..], secret[(8 * stripe)..], sums);
            }

            for (var i = 0; i < 8; i++)
            {
                var sum = sums[i];
                sums[i] = (sum ^ (sum >> 47) ^ Read64(secret[(SecretLength - StripeLength + (8 * i))..])) * Prime32No1;
            }

            rest = rest[BlockLength..];
        }

        var stripes = (rest.Length - 1) / StripeLength;
        for (var stripe = 0; stripe < stripes; stripe++)
        {
            AddStripe(rest[(stripe * StripeLength)..], secret[(8 * stripe)..], sums);
        }

        AddStripe(data[^StripeLength..], secret[(SecretLength - StripeLength - 7)..], sums);
    }

    private static void AddStripe(ReadOnlySpan<byte> data, ReadOnlySpan<byte> secret, Span<ulong> sums)
    {
        for (var i = 0; i < 8; i++)
        {
            var value = Read64(data[(8 * i)..]);
            var key = value ^ Read64(secret[(8 * i)..]);
            sums[i ^ 1] += value;
            sums[i] += (uint)key * (key >> 32);
        }
    }

    private static void AccumulateAvx2(ReadOnlySpan<byte> data, ReadOnlySpan<byte> secret, Span<ulong> sums)
    {
        var low = Vector256.Create<ulong>(sums);
        var high = Vector256.Create<ulong>(sums[4..]);
        var prime = Vector256.Create(Prime32No1).AsUInt32();
        var rest = data;
        while (rest.Length > BlockLength)
        {
            for (var stripe = 0; stripe < StripesPerBlock; stripe++)
            {
                var at = rest.Slice(stripe * StripeLength, StripeLength);
                var key = secret.Slice(8 * stripe, StripeLength);
                low = AddHalf(low, at, key);
                high = AddHalf(high, at[32..], key[32..]);
            }

            low = Scramble(low, secret[(SecretLength - StripeLength)..], prime);
            high = Scramble(high, secret[(SecretLength - 32)..], prime);
            rest = rest[BlockLength..];
        }

        var stripes = (rest.Length - 1) / StripeLength;
        for (var stripe = 0; stripe < stripes; stripe++)
        {
            var at = rest.Slice(stripe * StripeLength, StripeLength);
            var key = secret.Slice(8 * stripe, StripeLength);
            low = AddHalf(low, at, key);
            high = AddHalf(high, at[32..], key[32..]);
        }

        var last = data[^StripeLength..];
        var lastKey = secret.Slice(SecretLength - StripeLength - 7, StripeLength);
        low = AddHalf(low, last, lastKey);
        high = AddHalf(high, last[32..], lastKey[32..]);
        low.CopyTo(sums);
        high.CopyTo(sums[4..]);
    }

    private static Vector256<ulong> AddHalf(Vector256<ulong> sums, ReadOnlySpan<byte> data, ReadOnlySpan<byte> secret)
    {
        var value = Vector256.Create<byte>(data).AsUInt32();
        var key = value ^ Vector256.Create<byte>(secret).AsUInt32();
        var product = Avx2.Multiply(key, Avx2.Shuffle(key, 0b_00_11_00_01));
        var swapped = Avx2.Shuffle(value, 0b_01_00_11_10).AsUInt64();
        return sums + swapped + product;
    }

    private static Vector256<ulong> Scramble(Vector256<ulong> sums, ReadOnlySpan<byte> secret, Vector256<uint> prime)
    {
        var key = (sums ^ (sums >>> 47) ^ Vector256.Create<byte>(secret).AsUInt64()).AsUInt32();
        var low = Avx2.Multiply(key, prime);
        var high = Avx2.Multiply(Avx2.Shuffle(key, 0b_00_11_00_01), prime);
        return low + (high << 32);
    }

    private static byte[] DeriveSecret(ulong seed)
    {
        var secret = new byte[SecretLength];
        DeriveSecret(seed, secret);
        return secret;
    }

    private static void DeriveSecret(ulong seed, Span<byte> secret)
    {
        for (var i = 0; i < SecretLength; i += 16)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(secret[i..], Secret64(i) + seed);
            BinaryPrimitives.WriteUInt64LittleEndian(secret[(i + 8)..], Secret64(i + 8) - seed);
        }
    }
}
