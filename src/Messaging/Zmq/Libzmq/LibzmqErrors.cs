using System.Runtime.InteropServices;

namespace DynamoAspire.Messaging.Zmq.Libzmq;

/// <summary>Error numbers, which differ between systems, and what they mean here.</summary>
internal static class LibzmqErrors
{
    public const int Interrupted = 4;
    private const int HausNumero = 156_384_712;
    private const int NoSuchDevice = 19;
    private const int NoSuchEntry = 2;
    private const int InvalidArgument = 22;
    private const int NotSupportedHere = HausNumero + 2;

    public static int Again { get; } = OperatingSystem.IsMacOS() ? 35 : 11;

    private static int AddressInUse { get; } = Pick(linux: 98, mac: 48, windows: 100);

    private static int AddressNotAvailable { get; } = Pick(linux: 99, mac: 49, windows: 101);

    private static int ProtocolNotSupported { get; } = Pick(linux: 93, mac: 43, windows: 135);

    /// <summary>The exception for the call that just failed on this thread.</summary>
    public static ZmqException Last(string doing, string? endpoint = null) => From(LibzmqNative.Errno(), doing, endpoint);

    private static ZmqException From(int number, string doing, string? endpoint)
    {
        var text = Marshal.PtrToStringUTF8(LibzmqNative.StrError(number)) ?? "unknown";
        if (number == AddressInUse)
        {
            return new ZmqException(ZmqError.AddressInUse, $"Cannot listen on {endpoint}: the address is in use. Stop the program that has it, or choose another port.");
        }

        if (endpoint is not null && (number == AddressNotAvailable || number is NoSuchDevice or NoSuchEntry or InvalidArgument))
        {
            return new ZmqException(ZmqError.InvalidEndpoint, $"Cannot {doing} {endpoint}: {text}. The address must be valid and, for listening, belong to this machine.");
        }

        return number == ProtocolNotSupported || number == NotSupportedHere
            ? new ZmqException(ZmqError.NotSupported, $"Cannot {doing} {endpoint}: this libzmq was built without that transport ({text}).")
            : new ZmqException(ZmqError.Unknown, $"Cannot {doing}{(endpoint is null ? "" : " " + endpoint)}: {text} (error {number}).");
    }

    private static int Pick(int linux, int mac, int windows) => OperatingSystem.IsMacOS() ? mac : OperatingSystem.IsWindows() ? windows : linux;
}
