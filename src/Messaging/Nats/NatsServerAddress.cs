using System.Globalization;

namespace DynamoAspire.Messaging.Nats;

/// <summary>One server of <see cref="NatsOptions.Url"/>, taken apart once so that both client libraries see the same.</summary>
internal sealed record NatsServerAddress(string Host, int Port, bool Tls, string? Username, Secret Password, Secret Token)
{
    private const int DefaultPort = 4222;

    /// <summary><c>host:port</c>, an IPv6 host in brackets.</summary>
    public string HostAndPort => string.Create(CultureInfo.InvariantCulture, $"{(Host.Contains(':', StringComparison.Ordinal) ? "[" + Host + "]" : Host)}:{Port}");

    /// <summary>URL without user information: credentials never get into a log of the client library.</summary>
    public string Url => (Tls ? "tls://" : "nats://") + HostAndPort;

    /// <summary>Takes a comma-separated list apart.</summary>
    /// <exception cref="NatsException">An entry is no URL of a NATS server; the message says which and what is expected.</exception>
    public static IReadOnlyList<NatsServerAddress> ParseList(string urls)
    {
        var entries = urls.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return entries.Length == 0 ? throw Invalid(urls) : [.. entries.Select(Parse)];
    }

    /// <summary>An address that a server told us of; credentials and TLS as for the one it came from.</summary>
    public NatsServerAddress? Sibling(string hostAndPort)
    {
        try
        {
            var other = Parse(hostAndPort);
            return this with { Host = other.Host, Port = other.Port };
        }
        catch (NatsException)
        {
            return null;
        }
    }

    /// <summary>Without credentials.</summary>
    public override string ToString() => Url;

    private static NatsServerAddress Parse(string entry)
    {
        var text = entry.Contains("://", StringComparison.Ordinal) ? entry : "nats://" + entry;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri)
            || uri.Scheme is not ("nats" or "tls")
            || uri.Host.Length == 0
            || uri.PathAndQuery.Trim('/').Length > 0
            || uri.Port == 0)
        {
            throw Invalid(entry);
        }

        var user = uri.UserInfo;
        var colon = user.IndexOf(':', StringComparison.Ordinal);
        var name = Uri.UnescapeDataString(colon < 0 ? user : user[..colon]);
        var password = colon < 0 ? null : Uri.UnescapeDataString(user[(colon + 1)..]);
        var host = uri.HostNameType == UriHostNameType.IPv6 ? uri.Host.Trim('[', ']') : uri.Host;
        return new(
            host,
            uri.Port < 0 ? DefaultPort : uri.Port,
            uri.Scheme == "tls",
            colon < 0 || name.Length == 0 ? null : name,
            password,
            colon < 0 ? name : null);
    }

    // The user information is cut off: an error message is not the place for a password.
    private static NatsException Invalid(string entry) =>
        new(NatsError.Invalid, $"'{entry[(entry.LastIndexOf('@') + 1)..]}' is not the URL of a NATS server. Expected nats://host:4222 or tls://host:4222, several separated by commas.");
}
