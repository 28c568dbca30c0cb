using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DynamoAspire.KvEvents.Hashing;

/// <summary>
/// XXH3 with 64-bit output and a seed, bit for bit the reference implementation's <c>XXH3_64bits_withSeed</c>
/// (https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md). Allocation-free and safe to call from any thread.
/// </summary>
public static partial class XxHash3
{
    private const ulong Prime32No1 = 0x9E3779B1;
    private const ulong Prime32No2 = 0x85EBCA77;
    private const ulong Prime32No3 = 0xC2B2AE3D;
    private const ulong Prime64No1 = 0x9E3779B185EBCA87;
    private const ulong Prime64No2 = 0xC2B2AE3D27D4EB4F;
    private const ulong Prime64No3 = 0x165667B19E3779F9;
    private const ulong Prime64No4 = 0x85EBCA77C2B2AE63;
    private const ulong Prime64No5 = 0x27D4EB2F165667C5;
    private const ulong MixNo1 = 0x165667919E3779F9;
    private const ulong MixNo2 = 0x9FB21C651E98DF25;

    /// <summary>Longest input of the two mixing forms; longer ones are hashed in stripes.</summary>
    private const int LongestMixed = 240;

    private static readonly XxHashLoop s_loop = Avx2.IsSupported ? XxHashLoop.Avx2 : Vector128.IsHardwareAccelerated ? XxHashLoop.Vector128 : XxHashLoop.Scalar;

    /// <summary>Hashes bytes.</summary>
    /// <param name="data">Input of any length.</param>
    /// <param name="seed">Seed; other seeds give unrelated hashes.</param>
    public static ulong Hash64(ReadOnlySpan<byte> data, ulong seed = 0) => Hash64(data, seed, s_loop);

    /// <summary>As the public form, with the choice of the stripe loop given, so that tests can compare all.</summary>
    internal static ulong Hash64(ReadOnlySpan<byte> data, ulong seed, XxHashLoop loop) => data.Length switch
    {
        0 => Avalanche64(seed ^ Secret64(56) ^ Secret64(64)),
        <= 3 => Hash1To3(data, seed),
        <= 8 => Hash4To8(data, seed),
        <= 16 => Hash9To16(data, seed),
        <= 128 => Hash17To128(data, seed),
        <= LongestMixed => Hash129To240(data, seed),
        _ => HashLong(data, seed, loop),
    };

    private static ulong Hash1To3(ReadOnlySpan<byte> data, ulong seed)
    {
        var combined = ((uint)data[0] << 16) | ((uint)data[data.Length >> 1] << 24) | data[^1] | ((uint)data.Length << 8);
        var flip = ((ulong)Secret32(0) ^ Secret32(4)) + seed;
        return Avalanche64(combined ^ flip);
    }

    private static ulong Hash4To8(ReadOnlySpan<byte> data, ulong seed)
    {
        var mixedSeed = seed ^ ((ulong)BinaryPrimitives.ReverseEndianness((uint)seed) << 32);
        ulong first = BinaryPrimitives.ReadUInt32LittleEndian(data);
        ulong last = BinaryPrimitives.ReadUInt32LittleEndian(data[^4..]);
        var flip = (Secret64(8) ^ Secret64(16)) - mixedSeed;
        var hash = (last + (first << 32)) ^ flip;
        hash ^= BitOperations.RotateLeft(hash, 49) ^ BitOperations.RotateLeft(hash, 24);
        hash *= MixNo2;
        hash ^= (hash >> 35) + (ulong)data.Length;
        hash *= MixNo2;
        return hash ^ (hash >> 28);
    }

    private static ulong Hash9To16(ReadOnlySpan<byte> data, ulong seed)
    {
        var low = Read64(data) ^ ((Secret64(24) ^ Secret64(32)) + seed);
        var high = Read64(data[^8..]) ^ ((Secret64(40) ^ Secret64(48)) - seed);
        return Avalanche((ulong)data.Length + BinaryPrimitives.ReverseEndianness(low) + high + Fold(low, high));
    }

    private static ulong Hash17To128(ReadOnlySpan<byte> data, ulong seed)
    {
        var length = data.Length;
        var sum = (ulong)length * Prime64No1;
        for (var i = (length - 1) / 32; i >= 0; i--)
        {
            sum += Mix16(data[(16 * i)..], 32 * i, seed);
            sum += Mix16(data[(length - (16 * (i + 1)))..], (32 * i) + 16, seed);
        }

        return Avalanche(sum);
    }

    private static ulong Hash129To240(ReadOnlySpan<byte> data, ulong seed)
    {
        var rounds = data.Length / 16;
        var sum = (ulong)data.Length * Prime64No1;
        for (var i = 0; i < 8; i++)
        {
            sum += Mix16(data[(16 * i)..], 16 * i, seed);
        }

        sum = Avalanche(sum);
        for (var i = 8; i < rounds; i++)
        {
            sum += Mix16(data[(16 * i)..], (16 * (i - 8)) + 3, seed);
        }

        sum += Mix16(data[^16..], 136 - 17, seed);
        return Avalanche(sum);
    }

    private static ulong Mix16(ReadOnlySpan<byte> data, int secretOffset, ulong seed) =>
        Fold(Read64(data) ^ (Secret64(secretOffset) + seed), Read64(data[8..]) ^ (Secret64(secretOffset + 8) - seed));

    private static ulong Fold(ulong a, ulong b)
    {
        var high = Math.BigMul(a, b, out var low);
        return high ^ low;
    }

    private static ulong Avalanche(ulong hash)
    {
        hash ^= hash >> 37;
        hash *= MixNo1;
        return hash ^ (hash >> 32);
    }

    private static ulong Avalanche64(ulong hash)
    {
        hash ^= hash >> 33;
        hash *= Prime64No2;
        hash ^= hash >> 29;
        hash *= Prime64No3;
        return hash ^ (hash >> 32);
    }

    private static ulong Read64(ReadOnlySpan<byte> data) => BinaryPrimitives.ReadUInt64LittleEndian(data);

    private static ulong Secret64(int offset) => BinaryPrimitives.ReadUInt64LittleEndian(Secret[offset..]);

    private static uint Secret32(int offset) => BinaryPrimitives.ReadUInt32LittleEndian(Secret[offset..]);
}
