using System.Buffers.Binary;
using System.Runtime.InteropServices;
using DynamoAspire.KvEvents.Hashing;

namespace DynamoAspire.EngineSimulator.Pool;

/// <summary>
/// The engine's own block hashes: each covers its tokens and, through its parent, all tokens before them. Consumers must not care how
/// they are made (vLLM's are truncated SHA-256 with a random seed), so these deliberately differ from the hashes that routers compute.
/// </summary>
internal static class BlockHash
{
    private const ulong Seed = 0x56_4C_4C_4D;

    public static ulong Of(ulong? parent, ReadOnlySpan<uint> tokens)
    {
        var length = 9 + (tokens.Length * sizeof(uint));
        Span<byte> buffer = length <= 1_024 ? stackalloc byte[length] : new byte[length];
        buffer[0] = parent.HasValue ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt64LittleEndian(buffer[1..], parent ?? 0);
        if (BitConverter.IsLittleEndian)
        {
            MemoryMarshal.AsBytes(tokens).CopyTo(buffer[9..]);
        }
        else
        {
            for (var i = 0; i < tokens.Length; i++)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(buffer[(9 + (i * sizeof(uint)))..], tokens[i]);
            }
        }

        return XxHash3.Hash64(buffer, Seed);
    }

    /// <summary>The digest whose last eight bytes, big-endian, are the hash.</summary>
    public static void WriteDigest(ulong hash, Span<byte> digest)
    {
        for (var i = 0; i < 3; i++)
        {
            BinaryPrimitives.WriteUInt64BigEndian(digest[(i * 8)..], unchecked((hash + (ulong)i) * 0x9E37_79B9_7F4A_7C15));
        }

        BinaryPrimitives.WriteUInt64BigEndian(digest[24..], hash);
    }
}
