using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace DynamoAspire.Metrics.Model;

/// <summary>Hash of byte strings, seeded per process so that names from the network cannot be chosen to collide.</summary>
internal static class Utf8Hash
{
    private const ulong Multiplier = 0x9E37_79B9_7F4A_7C15;
    private static readonly ulong s_seed = (ulong)Random.Shared.NextInt64() | 1;

    internal static int Compute(ReadOnlySpan<byte> bytes)
    {
        var hash = s_seed ^ ((ulong)bytes.Length * Multiplier);
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        foreach (var word in words)
        {
            hash = BitOperations.RotateLeft((hash ^ word) * Multiplier, 29);
        }

        var tail = bytes[(words.Length * sizeof(ulong))..];
        ulong last = 0;
        if (tail.Length >= sizeof(uint))
        {
            last = BinaryPrimitives.ReadUInt32LittleEndian(tail);
            tail = tail[sizeof(uint)..];
        }

        foreach (var b in tail)
        {
            last = (last << 8) | b;
        }

        hash = (hash ^ last) * Multiplier;
        hash ^= hash >> 32;
        hash *= Multiplier;
        return (int)(hash >> 32);
    }
}
