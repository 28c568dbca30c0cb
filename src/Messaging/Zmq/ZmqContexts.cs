using DynamoAspire.Messaging.Zmq.Libzmq;
using DynamoAspire.Messaging.Zmq.Reactor;

namespace DynamoAspire.Messaging.Zmq;

/// <summary>Makes ZeroMQ contexts with the adapter that was built in or asked for.</summary>
public static partial class ZmqContexts
{
    /// <summary>Environment variable that chooses the adapter when the caller does not.</summary>
    public const string AdapterVariable = "DYNAMO_ASPIRE_ZMQ_ADAPTER";

    /// <summary>Name of the adapter on the native reference implementation; always built in.</summary>
    public const string Libzmq = "libzmq";

    /// <summary>Name of the adapter on the NetMQ package; built in where the package feed carries it, and then the default.</summary>
    public const string NetMq = "netmq";

    /// <summary>Adapters of this build, the default first.</summary>
    public static IReadOnlyList<string> Adapters { get; } = [.. Factories().Select(f => f.Name)];

    /// <summary>Makes a context, which owns one thread until it is disposed. One per process is the usual number.</summary>
    /// <param name="adapter"><see cref="Libzmq"/> or <see cref="NetMq"/> in any case; null asks <see cref="AdapterVariable"/> and then takes the default.</param>
    /// <exception cref="ZmqException">The adapter is unknown or not built in (<see cref="ZmqError.NotSupported"/>), or its native library is missing (<see cref="ZmqError.LibraryMissing"/>).</exception>
    public static IZmqContext Create(string? adapter = null)
    {
        var source = "";
        if (string.IsNullOrEmpty(adapter))
        {
            adapter = Environment.GetEnvironmentVariable(AdapterVariable);
            source = $" (from {AdapterVariable})";
        }

        var factories = Factories();
        if (string.IsNullOrEmpty(adapter))
        {
            return new ZmqReactor(factories[0].Create());
        }

        foreach (var (name, create) in factories)
        {
            if (name.Equals(adapter, StringComparison.OrdinalIgnoreCase))
            {
                return new ZmqReactor(create());
            }
        }

        throw new ZmqException(ZmqError.NotSupported, $"The ZeroMQ adapter '{adapter}'{source} is not part of this build, which has: {string.Join(", ", Adapters)}.");
    }

    /// <summary>The answer where libzmq is not installed.</summary>
    internal static ZmqException LibraryMissing() => new(
        ZmqError.LibraryMissing,
        "The native library libzmq (4.2 or later) was not found. Debian/Ubuntu: apt-get install libzmq5 (./run.sh does it); macOS: brew install zeromq; "
        + $"Windows: vcpkg install zeromq. {NativeLibraries.OverrideVariable(NativeLibraries.Zmq)} may name the file.");

    private static List<(string Name, Func<ZmqDriver> Create)> Factories()
    {
        var factories = new List<(string, Func<ZmqDriver>)>();
        AddNetMq(factories);
        factories.Add((Libzmq, LibzmqDriver.Create));
        return factories;
    }

    /// <summary>Implemented by the NetMq folder where it is compiled; otherwise the call is dropped by the compiler.</summary>
    static partial void AddNetMq(List<(string Name, Func<ZmqDriver> Create)> factories);
}
