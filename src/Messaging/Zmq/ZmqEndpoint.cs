using System.Globalization;

namespace DynamoAspire.Messaging.Zmq;

/// <summary>Checks endpoints before a library sees them, so that both adapters refuse the same texts with the same words.</summary>
internal static class ZmqEndpoint
{
    public static string ForBind(string endpoint)
    {
        var (host, port) = Split(endpoint);
        if (host is null)
        {
            return endpoint;
        }

        if (port is not ("*" or "0"))
        {
            CheckPort(endpoint, port!);
        }

        // Listening takes addresses and interface names; this one host name is meant so often that it is understood.
        return host == "localhost" ? $"tcp://127.0.0.1:{port}" : endpoint;
    }

    public static string ForConnect(string endpoint)
    {
        var (host, port) = Split(endpoint);
        if (host is null)
        {
            return endpoint;
        }

        if (host == "*")
        {
            throw Invalid(endpoint, "name the host to connect to; '*' is for listening");
        }

        CheckPort(endpoint, port!);
        return endpoint;
    }

    private static (string? Host, string? Port) Split(string endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        var scheme = endpoint.IndexOf("://", StringComparison.Ordinal);
        if (scheme <= 0 || scheme + 3 == endpoint.Length)
        {
            throw Invalid(endpoint, "it must look like tcp://127.0.0.1:5557, ipc:///path or inproc://name");
        }

        var rest = endpoint[(scheme + 3)..];
        switch (endpoint[..scheme])
        {
            case "ipc" or "inproc":
                return (null, null);

            case "tcp":
                var colon = rest.LastIndexOf(':');
                return colon > 0 && colon < rest.Length - 1
                    ? (rest[..colon], rest[(colon + 1)..])
                    : throw Invalid(endpoint, "a tcp address ends in :port");

            default:
                throw Invalid(endpoint, "the transport must be tcp, ipc or inproc");
        }
    }

    private static void CheckPort(string endpoint, string port)
    {
        if (!ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number == 0)
        {
            throw Invalid(endpoint, $"'{port}' is not a port from 1 to 65535");
        }
    }

    private static ZmqException Invalid(string endpoint, string why) => new(ZmqError.InvalidEndpoint, $"'{endpoint}' is not a ZeroMQ endpoint: {why}.");
}
