using System.Runtime.InteropServices;

namespace DynamoAspire.Messaging.Nats.Libnats;

/// <summary>
/// The functions of the NATS C client that are used: those on opaque handles, which have been stable since 3.0. Strings are NUL-terminated UTF-8.
/// </summary>
internal static unsafe partial class LibnatsNative
{
    private const string Library = NativeLibraries.Nats;

    [LibraryImport(Library)]
    public static partial uint nats_GetVersionNumber();

    [LibraryImport(Library)]
    public static partial byte* nats_GetVersion();

    [LibraryImport(Library)]
    public static partial byte* nats_GetLastError(int* status);

    [LibraryImport(Library)]
    public static partial byte* natsStatus_GetText(int status);

    [LibraryImport(Library)]
    public static partial int nats_Open(long lockSpinCount);

    [LibraryImport(Library)]
    public static partial int nats_SetMessageDeliveryPoolSize(int max);

    [LibraryImport(Library)]
    public static partial int nats_Sign(byte* encodedSeed, byte* input, byte** signature, int* signatureLength);

    [LibraryImport(Library)]
    public static partial int natsOptions_Create(nint* options);

    [LibraryImport(Library)]
    public static partial void natsOptions_Destroy(nint options);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int natsOptions_SetURL(nint options, string url);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int natsOptions_SetName(nint options, string name);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int natsOptions_SetUserInfo(nint options, string user, string password);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int natsOptions_SetToken(nint options, string token);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int natsOptions_SetNKey(nint options, string publicKey, delegate* unmanaged[Cdecl]<byte**, byte**, int*, byte*, nint, int> sign, nint closure);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int natsOptions_SetUserCredentialsFromFiles(nint options, string file, string? seedFile);

    [LibraryImport(Library)]
    public static partial int natsOptions_SetTimeout(nint options, long milliseconds);

    [LibraryImport(Library)]
    public static partial int natsOptions_SetPingInterval(nint options, long milliseconds);

    [LibraryImport(Library)]
    public static partial int natsOptions_SetMaxPingsOut(nint options, int count);

    [LibraryImport(Library)]
    public static partial int natsOptions_SetIOBufSize(nint options, int bytes);

    [LibraryImport(Library)]
    public static partial int natsOptions_SetWriteDeadline(nint options, long milliseconds);

    [LibraryImport(Library)]
    public static partial int natsOptions_SetAllowReconnect(nint options, byte allow);

    [LibraryImport(Library)]
    public static partial int natsOptions_UseGlobalMessageDelivery(nint options, byte use);

    [LibraryImport(Library)]
    public static partial int natsOptions_SetSecure(nint options, byte secure);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int natsOptions_LoadCATrustedCertificates(nint options, string file);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int natsOptions_LoadCertificatesChain(nint options, string certificates, string key);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int natsOptions_SetExpectedHostname(nint options, string host);

    [LibraryImport(Library)]
    public static partial int natsOptions_SetClosedCB(nint options, delegate* unmanaged[Cdecl]<nint, nint, void> closed, nint closure);

    [LibraryImport(Library)]
    public static partial int natsOptions_SetErrorHandler(nint options, delegate* unmanaged[Cdecl]<nint, nint, int, nint, void> error, nint closure);

    [LibraryImport(Library)]
    public static partial int natsConnection_Connect(nint* connection, nint options);

    [LibraryImport(Library)]
    public static partial void natsConnection_Destroy(nint connection);

    [LibraryImport(Library)]
    public static partial int natsConnection_GetLastError(nint connection, byte** text);

    [LibraryImport(Library)]
    public static partial long natsConnection_GetMaxPayload(nint connection);

    [LibraryImport(Library)]
    public static partial int natsConnection_GetDiscoveredServers(nint connection, byte*** servers, int* count);

    [LibraryImport(Library)]
    public static partial int natsConnection_FlushTimeout(nint connection, long milliseconds);

    [LibraryImport(Library)]
    public static partial int natsConnection_Publish(nint connection, byte* subject, byte* data, int length);

    [LibraryImport(Library)]
    public static partial int natsConnection_PublishRequest(nint connection, byte* subject, byte* reply, byte* data, int length);

    [LibraryImport(Library)]
    public static partial int natsConnection_PublishMsg(nint connection, nint message);

    [LibraryImport(Library)]
    public static partial int natsConnection_Subscribe(nint* subscription, nint connection, byte* subject, delegate* unmanaged[Cdecl]<nint, nint, nint, nint, void> handler, nint closure);

    [LibraryImport(Library)]
    public static partial int natsConnection_QueueSubscribe(nint* subscription, nint connection, byte* subject, byte* queue, delegate* unmanaged[Cdecl]<nint, nint, nint, nint, void> handler, nint closure);

    [LibraryImport(Library)]
    public static partial int natsSubscription_GetDropped(nint subscription, long* messages);

    [LibraryImport(Library)]
    public static partial int natsSubscription_Unsubscribe(nint subscription);

    [LibraryImport(Library)]
    public static partial void natsSubscription_Destroy(nint subscription);

    [LibraryImport(Library)]
    public static partial int natsMsg_Create(nint* message, byte* subject, byte* reply, byte* data, int length);

    [LibraryImport(Library)]
    public static partial int natsMsgHeader_Add(nint message, byte* name, byte* value);

    [LibraryImport(Library)]
    public static partial int natsMsgHeader_Keys(nint message, byte*** keys, int* count);

    [LibraryImport(Library)]
    public static partial int natsMsgHeader_Values(nint message, byte* name, byte*** values, int* count);

    [LibraryImport(Library)]
    public static partial byte* natsMsg_GetSubject(nint message);

    [LibraryImport(Library)]
    public static partial byte* natsMsg_GetReply(nint message);

    [LibraryImport(Library)]
    public static partial byte* natsMsg_GetData(nint message);

    [LibraryImport(Library)]
    public static partial int natsMsg_GetDataLength(nint message);

    [LibraryImport(Library)]
    public static partial void natsMsg_Destroy(nint message);
}
