using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DynamoAspire.Engines.Configuration;

namespace DynamoAspire.MetricsAggregator.Options;

/// <summary>TLS towards a target. Never below TLS 1.2.</summary>
public sealed record TlsOptions : IValidatedOptions
{
    /// <summary>PEM file of the authorities that may have signed the target's certificate; empty takes the system's.</summary>
    public string CaFile { get; init; } = "";

    /// <summary>PEM file of our certificate, for targets that ask for one (mTLS). Read again when it changes.</summary>
    public string CertFile { get; init; } = "";

    /// <summary>PEM file of its key; empty takes it from the certificate's file.</summary>
    public string KeyFile { get; init; } = "";

    /// <summary>Name that must be in the target's certificate; empty takes the URL's host.</summary>
    public string ServerName { get; init; } = "";

    /// <summary>Takes any certificate: the connection is encrypted, but nobody knows with whom. For tests only.</summary>
    public bool InsecureSkipVerify { get; init; }

    /// <inheritdoc/>
    public void Validate(ConfigurationProblems problems)
    {
        ArgumentNullException.ThrowIfNull(problems);
        if (CaFile.Length > 0)
        {
            Try(problems, nameof(CaFile), CaFile, () => LoadAuthorities());
        }

        if (CertFile.Length > 0)
        {
            Try(problems, nameof(CertFile), CertFile, () => LoadCertificate().Dispose());
        }
        else if (KeyFile.Length > 0)
        {
            problems.Add(nameof(CertFile), $"is missing beside {nameof(KeyFile)}; set both, or neither");
        }
    }

    internal X509Certificate2Collection LoadAuthorities()
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(CaFile);
        return authorities.Count > 0 ? authorities : throw new CryptographicException("it holds no certificate");
    }

    internal X509Certificate2 LoadCertificate()
    {
        using var pem = X509Certificate2.CreateFromPemFile(CertFile, KeyFile.Length > 0 ? KeyFile : null);

        // Some platforms' TLS cannot use a key that lives in memory only.
        return X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
    }

    private static void Try(ConfigurationProblems problems, string key, string file, Action load)
    {
        try
        {
            load();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            problems.Add(key, $"'{file}' cannot be used: {e.Message}");
        }
    }
}
