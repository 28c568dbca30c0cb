using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DynamoAspire.Messaging.Nats.Core;

namespace DynamoAspire.Messaging.Nats.Libnats;

/// <summary>
/// What the C library calls. A closure is a number that is never used twice, looked up in a table: a callback that comes after its object
/// is gone finds nothing and does nothing, so no lifetime has to be guessed from the library's threads.
/// </summary>
internal static unsafe class LibnatsCallbacks
{
    private static readonly ConcurrentDictionary<nint, object> s_targets = new();
    private static long s_lastId;

    public static nint Register(object target)
    {
        var id = (nint)Interlocked.Increment(ref s_lastId);
        s_targets[id] = target;
        return id;
    }

    public static void Unregister(nint id) => s_targets.TryRemove(id, out _);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static void OnMessage(nint connection, nint subscription, nint message, nint closure)
    {
        try
        {
            if (message != 0 && s_targets.TryGetValue(closure, out var target))
            {
                Deliver((ListenerRegistration)target, message);
            }
        }
        catch (Exception)
        {
            // Nothing may leave into native code. Deliver reports what listeners throw; what is left here is a message that cannot be read.
        }
        finally
        {
            LibnatsNative.natsMsg_Destroy(message);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static void OnClosed(nint connection, nint closure)
    {
        if (s_targets.TryGetValue(closure, out var target))
        {
            ((LibnatsLink)target).OnClosed(LastError(connection));
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static void OnError(nint connection, nint subscription, int status, nint closure)
    {
        // The subscription may be gone by now: it is not touched.
        if (s_targets.TryGetValue(closure, out var target))
        {
            ((LibnatsLink)target).OnError(status, LastError(connection) ?? LibnatsStatus.Text(status));
        }
    }

    /// <summary>Signs the server's nonce; the library frees the signature.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    public static int OnSign(byte** customError, byte** signature, int* signatureLength, byte* nonce, nint closure)
    {
        const int Error = 1;
        *signature = null;
        *signatureLength = 0;
        if (!s_targets.TryGetValue(closure, out var target))
        {
            return Error;
        }

        fixed (byte* seed = ((LibnatsLink)target).NKeySeed)
        {
            return LibnatsNative.nats_Sign(seed, nonce, signature, signatureLength);
        }
    }

    private static void Deliver(ListenerRegistration registration, nint message)
    {
        var length = LibnatsNative.natsMsg_GetDataLength(message);
        var incoming = new NatsIncoming(
            MemoryMarshal.CreateReadOnlySpanFromNullTerminated(LibnatsNative.natsMsg_GetSubject(message)),
            MemoryMarshal.CreateReadOnlySpanFromNullTerminated(LibnatsNative.natsMsg_GetReply(message)),
            length > 0 ? new ReadOnlySpan<byte>(LibnatsNative.natsMsg_GetData(message), length) : default,
            LibnatsHeaderSource.Instance,
            message,
            default);
        registration.Deliver(incoming);
    }

    private static string? LastError(nint connection)
    {
        byte* text = null;
        _ = LibnatsNative.natsConnection_GetLastError(connection, &text);
        var result = Marshal.PtrToStringUTF8((nint)text);
        return string.IsNullOrWhiteSpace(result) ? null : result;
    }
}
