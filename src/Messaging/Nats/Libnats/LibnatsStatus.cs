using System.Runtime.InteropServices;

namespace DynamoAspire.Messaging.Nats.Libnats;

/// <summary>The values of <c>natsStatus</c> that are told apart, and its texts.</summary>
internal static unsafe class LibnatsStatus
{
    public const int Ok = 0;
    public const int ConnectionClosed = 5;
    public const int NoServer = 6;
    public const int StaleConnection = 7;
    public const int AuthFailed = 11;
    public const int NotPermitted = 12;
    public const int InvalidArgument = 16;
    public const int SlowConsumer = 20;
    public const int MaxPayload = 21;
    public const int Timeout = 26;

    /// <summary>An exception for the status that a call on this thread just returned.</summary>
    public static NatsException ToException(int status, string what)
    {
        int last;
        var detail = Marshal.PtrToStringUTF8((nint)LibnatsNative.nats_GetLastError(&last));
        if (last != status || string.IsNullOrWhiteSpace(detail))
        {
            detail = Text(status);
        }

        var error = status switch
        {
            AuthFailed => NatsError.Authorization,
            Timeout => NatsError.Timeout,
            MaxPayload => NatsError.TooLarge,
            InvalidArgument => NatsError.Invalid,
            _ => NatsError.Disconnected,
        };
        return new NatsException(error, $"{what}: {detail}");
    }

    public static string Text(int status) => Marshal.PtrToStringUTF8((nint)LibnatsNative.natsStatus_GetText(status)) ?? "unknown status";
}
