using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace DynamoAspire.KvEvents.Hashing;

/// <summary>
/// The two hashes of NVIDIA Dynamo's KV-cache wire: the position-independent hash of a block's tokens (<c>tokens_hash</c>) and the
/// chained hash of a sequence of blocks. Allocation-free up to 1 KiB of input per block, above that the buffer is pooled.
/// </summary>
public static class BlockHasher
{
    /// <summary>Seed of every hash on that wire.</summary>
    public const ulong Seed = 1337;

    private const int StackLimit = 1024;

    /// <summary>H(tokens as little-endian u32, joined).</summary>
    public static ulong TokensHash(ReadOnlySpan<uint> tokens) => TokensHash(tokens, default);

    /// <summary>H(tokens as little-endian u32 ‖ multimodal hashes, ascending, as little-endian u64).</summary>
    /// <param name="tokens">The tokens of one full block.</param>
    /// <param name="multimodalHashes">Hashes of the media in this block, in any order; usually empty.</param>
    public static ulong TokensHash(ReadOnlySpan<uint> tokens, ReadOnlySpan<ulong> multimodalHashes)
    {
        if (multimodalHashes.IsEmpty && BitConverter.IsLittleEndian)
        {
            return XxHash3.Hash64(MemoryMarshal.AsBytes(tokens), Seed);
        }

        var length = checked((tokens.Length * sizeof(uint)) + (multimodalHashes.Length * sizeof(ulong)));
        byte[]? rented = null;
        var buffer = length <= StackLimit ? stackalloc byte[StackLimit] : rented = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            for (var i = 0; i < tokens.Length; i++)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(buffer[(i * sizeof(uint))..], tokens[i]);
            }

            WriteSorted(multimodalHashes, buffer[(tokens.Length * sizeof(uint))..]);
            return XxHash3.Hash64(buffer[..length], Seed);
        }
        finally
        {
            if (rented is not null)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }

    /// <summary>
    /// Hashes the full blocks of a prompt; a trailing partial block is dropped, as it never enters a prefix cache.
    /// </summary>
    /// <param name="tokens">Tokens of the prompt.</param>
    /// <param name="blockSize">Tokens per block.</param>
    /// <param name="destination">Receives one hash per full block.</param>
    /// <returns>Number of hashes written: the full blocks, at most what fits.</returns>
    public static int TokensHashes(ReadOnlySpan<uint> tokens, int blockSize, Span<ulong> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(blockSize);
        var count = Math.Min(tokens.Length / blockSize, destination.Length);
        for (var i = 0; i < count; i++)
        {
            destination[i] = TokensHash(tokens.Slice(i * blockSize, blockSize));
        }

        return count;
    }

    /// <summary>s_i = H(LE64(s_{i−1}) ‖ LE64(tokens_hash_i)); the first sequence hash of a chain is its tokens hash itself.</summary>
    public static ulong SequenceHash(ulong parent, ulong tokensHash)
    {
        Span<byte> pair = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(pair, parent);
        BinaryPrimitives.WriteUInt64LittleEndian(pair[8..], tokensHash);
        return XxHash3.Hash64(pair, Seed);
    }

    /// <summary>Chains the hashes of the blocks of one sequence from its start.</summary>
    public static void SequenceHashes(ReadOnlySpan<ulong> tokensHashes, Span<ulong> destination)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, tokensHashes.Length, nameof(destination));
        for (var i = 0; i < tokensHashes.Length; i++)
        {
            destination[i] = i == 0 ? tokensHashes[0] : SequenceHash(destination[i - 1], tokensHashes[i]);
        }
    }

    private static void WriteSorted(ReadOnlySpan<ulong> hashes, Span<byte> destination)
    {
        if (hashes.IsEmpty)
        {
            return;
        }

        var rented = ArrayPool<ulong>.Shared.Rent(hashes.Length);
        var sorted = rented.AsSpan(0, hashes.Length);
        hashes.CopyTo(sorted);
        sorted.Sort();
        for (var i = 0; i < sorted.Length; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(destination[(i * sizeof(ulong))..], sorted[i]);
        }

        ArrayPool<ulong>.Shared.Return(rented);
    }
}
