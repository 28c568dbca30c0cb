namespace DynamoAspire.Messaging.Nats;

/// <summary>How to connect. Every buffer here has a bound.</summary>
public sealed record NatsOptions
{
    /// <summary>The defaults.</summary>
    public static NatsOptions Default { get; } = new();

    /// <summary>Which client library; see <see cref="NatsAdapter.Auto"/>.</summary>
    public NatsAdapter Adapter { get; init; }

    /// <summary>
    /// Server URLs, comma separated: <c>nats://host:port</c>, <c>tls://host:port</c>. User and password may be in the URL
    /// (percent-encoded where needed); a user without password is a token.
    /// </summary>
    public string Url { get; init; } = "nats://127.0.0.1:4222";

    /// <summary>Client name shown by the server.</summary>
    public string Name { get; init; } = "dynamo-aspire";

    /// <summary>User name, or null.</summary>
    public string? Username { get; init; }

    /// <summary>Password.</summary>
    public Secret Password { get; init; }

    /// <summary>Token.</summary>
    public Secret Token { get; init; }

    /// <summary>NKey seed (<c>SU…</c>).</summary>
    public Secret NKeySeed { get; init; }

    /// <summary>Path of a credentials file (<c>.creds</c>), or null.</summary>
    public string? CredentialsFile { get; init; }

    /// <summary>PEM file of the authorities to trust for <c>tls://</c>, or null for the system's.</summary>
    public string? TlsCaFile { get; init; }

    /// <summary>PEM file of the client's certificate (chain), or null.</summary>
    public string? TlsCertificateFile { get; init; }

    /// <summary>PEM file of the client's private key, or null.</summary>
    public string? TlsKeyFile { get; init; }

    /// <summary>Time limit of one connection attempt.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>First wait before a reconnect; it doubles up to <see cref="ReconnectWaitMax"/>.</summary>
    public TimeSpan ReconnectWait { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Longest wait between reconnects.</summary>
    public TimeSpan ReconnectWaitMax { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Random addition to each wait, so that a fleet does not return in step.</summary>
    public TimeSpan ReconnectJitter { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Time between pings; two unanswered pings are a lost connection.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Time limit of requests and flushes that give none.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Bound of the outgoing buffer, in bytes.</summary>
    public int MaxPendingBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Where the clock comes from.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
