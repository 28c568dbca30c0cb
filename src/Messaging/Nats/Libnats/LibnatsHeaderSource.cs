using System.Runtime.InteropServices;

namespace DynamoAspire.Messaging.Nats.Libnats;

/// <summary>Headers of a native message. The library makes <c>Status</c> and <c>Description</c> of a status line itself.</summary>
internal sealed unsafe class LibnatsHeaderSource : NatsHeaderSource
{
    public static LibnatsHeaderSource Instance { get; } = new();

    public override bool Read(nint state, ReadOnlySpan<byte> block, NatsHeaders destination)
    {
        byte** keys = null;
        var count = 0;
        if (LibnatsNative.natsMsgHeader_Keys(state, &keys, &count) != LibnatsStatus.Ok)
        {
            return false;
        }

        try
        {
            for (var i = 0; i < count; i++)
            {
                ReadValues(state, keys[i], destination);
            }
        }
        finally
        {
            // The array is the caller's, the strings in it belong to the message.
            NativeMemory.Free(keys);
        }

        return count > 0;
    }

    private static void ReadValues(nint message, byte* key, NatsHeaders destination)
    {
        byte** values = null;
        var count = 0;
        if (LibnatsNative.natsMsgHeader_Values(message, key, &values, &count) != LibnatsStatus.Ok)
        {
            return;
        }

        try
        {
            var name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(key);
            for (var i = 0; i < count; i++)
            {
                destination.TryAdd(name, MemoryMarshal.CreateReadOnlySpanFromNullTerminated(values[i]));
            }
        }
        finally
        {
            NativeMemory.Free(values);
        }
    }
}
