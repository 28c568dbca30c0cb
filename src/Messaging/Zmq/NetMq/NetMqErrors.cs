using System.Net.Sockets;
using NetMQ;

namespace DynamoAspire.Messaging.Zmq.NetMq;

/// <summary>NetMQ's exceptions in the terms of the seam.</summary>
internal static class NetMqErrors
{
    public static ZmqException From(Exception exception, string doing, string endpoint) => exception switch
    {
        AddressAlreadyInUseException or SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse } =>
            new ZmqException(ZmqError.AddressInUse, $"Cannot listen on {endpoint}: the address is in use. Stop the program that has it, or choose another port.", exception),
        ProtocolNotSupportedException => new ZmqException(ZmqError.NotSupported, $"Cannot {doing} {endpoint}: NetMQ does not have that transport.", exception),
        NetMQException { ErrorCode: ErrorCode.AddressAlreadyInUse } =>
            new ZmqException(ZmqError.AddressInUse, $"Cannot listen on {endpoint}: the address is in use. Stop the program that has it, or choose another port.", exception),
        InvalidException or EndpointNotFoundException or NetMQException { ErrorCode: ErrorCode.AddressNotAvailable or ErrorCode.Invalid }
            or SocketException { SocketErrorCode: SocketError.AddressNotAvailable or SocketError.HostNotFound } or ArgumentException =>
            new ZmqException(ZmqError.InvalidEndpoint, $"Cannot {doing} {endpoint}: {exception.Message}. The address must be valid and, for listening, belong to this machine.", exception),
        _ => new ZmqException(ZmqError.Unknown, $"Cannot {doing} {endpoint}: {exception.Message}", exception),
    };

    /// <summary>NetMQ's <c>ipc://</c> is TCP on a port made from the name: nothing else can connect to it.</summary>
    public static void RefuseIpc(string endpoint)
    {
        if (endpoint.StartsWith("ipc://", StringComparison.Ordinal))
        {
            throw new ZmqException(
                ZmqError.NotSupported,
                $"{endpoint}: the NetMQ adapter has no ipc transport that other programs understand. Use tcp://, or choose libzmq with {ZmqContexts.AdapterVariable}={ZmqContexts.Libzmq}.");
        }
    }
}
