using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace DynamoAspire.Engines.Addresses;

/// <summary>
/// A ZeroMQ address as engines are configured with it, and the rule that gives each data-parallel rank its own.
/// Grammar: <c>tcp://host:port</c>, host being a name, an IPv4 address, an IPv6 address in brackets or <c>*</c>; <c>ipc://path</c>; <c>inproc://name</c>.
/// </summary>
public sealed record ZmqAddress
{
    private ZmqAddress(string scheme, string host, int port)
    {
        Scheme = scheme;
        Host = host;
        Port = port;
    }

    /// <summary><c>tcp</c>, <c>ipc</c> or <c>inproc</c>.</summary>
    public string Scheme { get; }

    /// <summary>Host of a tcp address as written, otherwise the path or name.</summary>
    public string Host { get; }

    /// <summary>Port of a tcp address; 0 otherwise.</summary>
    public int Port { get; }

    /// <summary>Whether this is a tcp address.</summary>
    public bool IsTcp => Scheme == "tcp";

    /// <summary>Whether the host means "every interface", which one can bind and not connect to.</summary>
    public bool IsWildcard => IsTcp && Host is "*" or "0.0.0.0" or "[::]";

    /// <summary>Reads an address; on failure <paramref name="problem"/> says what is wrong and what to write.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out ZmqAddress? address, [NotNullWhen(false)] out string? problem)
    {
        address = null;
        problem = null;
        var separator = text?.IndexOf("://", StringComparison.Ordinal) ?? -1;
        var scheme = separator > 0 ? text![..separator] : "";
        var rest = separator > 0 ? text![(separator + 3)..] : "";
        if (scheme is "ipc" or "inproc" && rest.Length > 0)
        {
            address = new(scheme, rest, 0);
            return true;
        }

        if (scheme != "tcp")
        {
            problem = $"'{text}' is not a ZeroMQ address; write tcp://host:port (ipc://path on one machine)";
            return false;
        }

        var colon = rest.LastIndexOf(':');
        var host = colon > 0 ? rest[..colon] : "";
        if (host.Length == 0 || !IsHost(host))
        {
            problem = $"'{text}' has no usable host and port; write tcp://host:port, an IPv6 host in brackets";
            return false;
        }

        if (!int.TryParse(rest.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > 65_535)
        {
            problem = $"the port '{rest[(colon + 1)..]}' of '{text}' is not a port; use 1 to 65535";
            return false;
        }

        address = new(scheme, host, port);
        return true;
    }

    /// <summary>
    /// Address of a rank: the port plus the rank; <c>_dp&lt;rank&gt;</c> after an inproc name (vLLM's <c>offset_endpoint_port</c>).
    /// </summary>
    /// <exception cref="InvalidOperationException">An ipc address has no place for a rank above 0, or the port passes 65535.</exception>
    public ZmqAddress ForRank(int rank)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(rank);
        return rank == 0 ? this
            : Scheme == "inproc" ? new(Scheme, Host + "_dp" + rank.ToString(CultureInfo.InvariantCulture), 0)
            : !IsTcp ? throw new InvalidOperationException($"{this} cannot serve rank {rank}: only tcp and inproc addresses have a rule for ranks above 0.")
            : Port + rank > 65_535 ? throw new InvalidOperationException($"{this} cannot serve rank {rank}: its port would be {Port + rank}.")
            : new(Scheme, Host, Port + rank);
    }

    /// <summary>What to connect to: a wildcard host becomes loopback, as the engine's own configuration is often copied here.</summary>
    public ZmqAddress ForConnect() => IsWildcard ? new(Scheme, Host == "[::]" ? "[::1]" : "127.0.0.1", Port) : this;

    /// <summary>What to bind: libzmq takes addresses and interface names there but no host names, so <c>localhost</c> becomes 127.0.0.1.</summary>
    public ZmqAddress ForBind() => IsTcp && string.Equals(Host, "localhost", StringComparison.OrdinalIgnoreCase) ? new(Scheme, "127.0.0.1", Port) : this;

    /// <inheritdoc/>
    public override string ToString() => IsTcp ? string.Create(CultureInfo.InvariantCulture, $"tcp://{Host}:{Port}") : $"{Scheme}://{Host}";

    private static bool IsHost(string host)
    {
        if (host[0] == '[')
        {
            return host[^1] == ']' && System.Net.IPAddress.TryParse(host.AsSpan(1, host.Length - 2), out _);
        }

        return host == "*" || host.AsSpan().IndexOfAnyExcept(s_hostCharacters) < 0;
    }

    private static readonly System.Buffers.SearchValues<char> s_hostCharacters =
        System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_");
}
