using System.Runtime.InteropServices;

namespace DynamoAspire.Messaging.Zmq.Libzmq;

/// <summary>
/// The functions of libzmq 4.x that are used (http://api.zeromq.org/4-3:_start). Handles are opaque; the only layouts relied upon are
/// the ones its manual documents: 64 bytes of zmq_msg_t and the fields of zmq_pollitem_t.
/// </summary>
internal static unsafe partial class LibzmqNative
{
    /// <summary>Size of zmq_msg_t, part of the ABI since 4.1.</summary>
    public const int MessageSize = 64;

    private const string Library = NativeLibraries.Zmq;

    [LibraryImport(Library, EntryPoint = "zmq_version")]
    public static partial void Version(out int major, out int minor, out int patch);

    // errno lives in the C runtime, and on Windows in libzmq's own: this call must directly follow the failed one on the same thread.
    [LibraryImport(Library, EntryPoint = "zmq_errno")]
    [SuppressGCTransition]
    public static partial int Errno();

    [LibraryImport(Library, EntryPoint = "zmq_strerror")]
    public static partial nint StrError(int number);

    [LibraryImport(Library, EntryPoint = "zmq_ctx_new")]
    public static partial nint ContextNew();

    [LibraryImport(Library, EntryPoint = "zmq_ctx_get")]
    public static partial int ContextGet(nint context, int option);

    [LibraryImport(Library, EntryPoint = "zmq_ctx_set")]
    public static partial int ContextSet(nint context, int option, int value);

    [LibraryImport(Library, EntryPoint = "zmq_ctx_term")]
    public static partial int ContextTerm(nint context);

    [LibraryImport(Library, EntryPoint = "zmq_socket")]
    public static partial nint Socket(nint context, int type);

    [LibraryImport(Library, EntryPoint = "zmq_close")]
    public static partial int Close(nint socket);

    [LibraryImport(Library, EntryPoint = "zmq_setsockopt")]
    public static partial int SetOption(nint socket, int option, void* value, nuint length);

    [LibraryImport(Library, EntryPoint = "zmq_getsockopt")]
    public static partial int GetOption(nint socket, int option, void* value, nuint* length);

    [LibraryImport(Library, EntryPoint = "zmq_bind", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Bind(nint socket, string endpoint);

    [LibraryImport(Library, EntryPoint = "zmq_unbind", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Unbind(nint socket, string endpoint);

    [LibraryImport(Library, EntryPoint = "zmq_connect", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Connect(nint socket, string endpoint);

    [LibraryImport(Library, EntryPoint = "zmq_disconnect", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Disconnect(nint socket, string endpoint);

    [LibraryImport(Library, EntryPoint = "zmq_send")]
    public static partial int Send(nint socket, void* data, nuint length, int flags);

    [LibraryImport(Library, EntryPoint = "zmq_msg_init")]
    public static partial int MessageInit(void* message);

    [LibraryImport(Library, EntryPoint = "zmq_msg_recv")]
    public static partial int MessageReceive(void* message, nint socket, int flags);

    [LibraryImport(Library, EntryPoint = "zmq_msg_data")]
    [SuppressGCTransition]
    public static partial void* MessageData(void* message);

    [LibraryImport(Library, EntryPoint = "zmq_msg_size")]
    [SuppressGCTransition]
    public static partial nuint MessageLength(void* message);

    [LibraryImport(Library, EntryPoint = "zmq_msg_more")]
    [SuppressGCTransition]
    public static partial int MessageMore(void* message);

    [LibraryImport(Library, EntryPoint = "zmq_msg_close")]
    public static partial int MessageClose(void* message);

    [LibraryImport(Library, EntryPoint = "zmq_poll")]
    public static partial int Poll(void* items, int count, CLong milliseconds);

    [LibraryImport(Library, EntryPoint = "zmq_socket_monitor", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int SocketMonitor(nint socket, string? endpoint, int events);
}
