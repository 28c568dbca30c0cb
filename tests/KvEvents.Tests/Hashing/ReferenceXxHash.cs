using System.Runtime.InteropServices;

namespace DynamoAspire.KvEvents.Tests.Hashing;

/// <summary>The reference implementation, where the system has it.</summary>
internal static unsafe class ReferenceXxHash
{
    private static readonly delegate* unmanaged[Cdecl]<byte*, nuint, ulong, ulong> s_hash = Load();

    public static bool IsAvailable => s_hash is not null;

    public static ulong Hash64(ReadOnlySpan<byte> data, ulong seed)
    {
        fixed (byte* start = data)
        {
            return s_hash(start, (nuint)data.Length, seed);
        }
    }

    private static delegate* unmanaged[Cdecl]<byte*, nuint, ulong, ulong> Load()
    {
        foreach (var name in new[] { "libxxhash.so.0", "libxxhash.0.dylib", "xxhash" })
        {
            if (NativeLibrary.TryLoad(name, out var library) && NativeLibrary.TryGetExport(library, "XXH3_64bits_withSeed", out var export))
            {
                return (delegate* unmanaged[Cdecl]<byte*, nuint, ulong, ulong>)export;
            }
        }

        return null;
    }
}
