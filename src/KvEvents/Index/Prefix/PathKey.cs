using System.Numerics;
using System.Runtime.CompilerServices;

namespace DynamoAspire.KvEvents.Index.Prefix;

/// <summary>
/// Key of a node: a hash over its path, so that the keys of a whole request are known before the first memory access. For one parent
/// key it is a bijection of the tokens hash: nodes with the same parent and the same key have the same tokens, and the tokens hash can
/// be got back instead of being stored.
/// </summary>
internal static class PathKey
{
    private const ulong Factor = 0x9E3779B185EBCA87;
    private static readonly ulong s_inverse = Inverse(Factor);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Child(ulong parent, ulong tokensHash)
    {
        var product = (tokensHash ^ BitOperations.RotateLeft(parent, 29)) * Factor;
        return product ^ (product >> 32);
    }

    public static ulong TokensHash(ulong parent, ulong child) => ((child ^ (child >> 32)) * s_inverse) ^ BitOperations.RotateLeft(parent, 29);

    /// <summary>Slot of a table of any size by the upper half of a hash; order-preserving, so that growing a table writes in sequence.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Home(ulong hash, int capacity) => (int)(((hash >> 32) * (ulong)capacity) >> 32);

    /// <summary>Inverse modulo 2^64 by Newton's iteration: each step doubles the number of correct bits.</summary>
    private static ulong Inverse(ulong odd)
    {
        var inverse = odd;
        for (var i = 0; i < 6; i++)
        {
            inverse *= 2 - (odd * inverse);
        }

        return inverse;
    }
}
