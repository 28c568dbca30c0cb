using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace DynamoAspire.KvEvents.Index.Prefix;

/// <summary>Asks the processor to bring memory near before it is needed; elsewhere than on x86 it does nothing.</summary>
internal static class Prefetch
{
    /// <remarks>
    /// The address may be stale by the time it is used, as nothing is pinned: a prefetch of any address is harmless. Storing chains in
    /// an index of a million blocks takes about twice as long without it (bench index).
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Read<T>(ref T value)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(Unsafe.AsPointer(ref value));
        }
    }
}
