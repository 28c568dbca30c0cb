namespace DynamoAspire.Testing;

/// <summary>How a test's <see cref="NatsServer"/> is set up.</summary>
public sealed record NatsServerOptions
{
    /// <summary>Client port; null for a free one.</summary>
    public int? Port { get; init; }

    /// <summary>Whether JetStream is on.</summary>
    public bool JetStream { get; init; } = true;

    /// <summary>Largest payload, or null for the server's default.</summary>
    public int? MaxPayload { get; init; }

    /// <summary>Body of the <c>authorization</c> block, or null for none; see <see cref="WithUser"/>, <see cref="WithToken"/>, <see cref="WithNKey"/>.</summary>
    public string? Authorization { get; init; }

    /// <summary>PEM certificate, or null for no TLS.</summary>
    public string? TlsCertificateFile { get; init; }

    /// <summary>PEM key.</summary>
    public string? TlsKeyFile { get; init; }

    /// <summary>Further lines of the configuration.</summary>
    public IReadOnlyList<string> Extra { get; init; } = [];

    /// <summary>One user with a password.</summary>
    public NatsServerOptions WithUser(string user, string password) => this with { Authorization = $"user: \"{user}\", password: \"{password}\"" };

    /// <summary>A token.</summary>
    public NatsServerOptions WithToken(string token) => this with { Authorization = $"token: \"{token}\"" };

    /// <summary>One NKey user.</summary>
    public NatsServerOptions WithNKey(string publicKey) => this with { Authorization = $"users: [ {{ nkey: \"{publicKey}\" }} ]" };
}
