using DynamoAspire.Engines.Configuration;
using DynamoAspire.Messaging.Nats;
using Microsoft.Extensions.Configuration;

namespace DynamoAspire.ServiceDefaults.Connections;

/// <summary>
/// How to reach NATS. The server: connection string <c>nats</c> (as Aspire hands it out, user and password in it percent-encoded), else <c>Nats:Url</c>,
/// else Dynamo's <c>NATS_SERVER</c>, else this machine. Credentials that are not in the URL: <c>NATS_AUTH_USERNAME</c> with <c>NATS_AUTH_PASSWORD</c>, else
/// <c>NATS_AUTH_TOKEN</c>, else <c>NATS_AUTH_NKEY</c>, else <c>NATS_AUTH_CREDENTIALS_FILE</c>. Everything else: the section <c>Nats</c>.
/// </summary>
public static class NatsOptionsFromConfiguration
{
    /// <summary>Reads the options; what is wrong is added to the list.</summary>
    /// <param name="configuration">Configuration of the service.</param>
    /// <param name="name">Name of this client, as the server shows it.</param>
    /// <param name="problems">List for problems.</param>
    public static NatsOptions Read(IConfiguration configuration, string name, ConfigurationProblems problems)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(problems);
        var section = configuration.GetSection("Nats");
        var options = OptionsReader.Read<NatsOptions>(section, problems);
        var (key, url) = Url(configuration);
        if (url is not null)
        {
            options = options with { Url = url };
        }

        CheckUrl(key, options.Url, problems);
        if (section[nameof(NatsOptions.Name)] is null)
        {
            options = options with { Name = name };
        }

        return HasCredentials(options) ? options : WithDynamoCredentials(options, configuration, problems);
    }

    private static (string Key, string? Url) Url(IConfiguration configuration) =>
        configuration.GetConnectionString("nats") is { Length: > 0 } connection ? ("ConnectionStrings:nats", connection)
        : configuration["Nats:Url"] is { Length: > 0 } ? ("Nats:Url", null)
        : configuration["NATS_SERVER"] is { Length: > 0 } server ? ("NATS_SERVER", server)
        : ("Nats:Url", null);

    private static void CheckUrl(string key, string url, ConfigurationProblems problems)
    {
        foreach (var entry in url.Split(',', StringSplitOptions.TrimEntries))
        {
            var text = entry.Contains("://", StringComparison.Ordinal) ? entry : "nats://" + entry;
            if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("nats" or "tls") || uri.Host.Length == 0 || uri.PathAndQuery.Trim('/').Length > 0)
            {
                problems.Add(key, $"'{OptionsReader.Shown(entry)}' is not the URL of a NATS server; write nats://host:4222 or tls://host:4222, several with commas between them");
            }
        }
    }

    private static bool HasCredentials(NatsOptions options) =>
        options.Username is { Length: > 0 } || options.Token.HasValue || options.NKeySeed.HasValue || options.CredentialsFile is { Length: > 0 } || options.Url.Contains('@', StringComparison.Ordinal);

    private static NatsOptions WithDynamoCredentials(NatsOptions options, IConfiguration configuration, ConfigurationProblems problems)
    {
        var user = configuration["NATS_AUTH_USERNAME"];
        var password = configuration["NATS_AUTH_PASSWORD"];
        if (string.IsNullOrEmpty(user) != string.IsNullOrEmpty(password))
        {
            problems.Add(string.IsNullOrEmpty(user) ? "NATS_AUTH_USERNAME" : "NATS_AUTH_PASSWORD", "is missing beside its other half; set both, or neither");
        }

        return !string.IsNullOrEmpty(user) ? options with { Username = user, Password = password }
            : configuration["NATS_AUTH_TOKEN"] is { Length: > 0 } token ? options with { Token = token }
            : configuration["NATS_AUTH_NKEY"] is { Length: > 0 } seed ? options with { NKeySeed = seed }
            : configuration["NATS_AUTH_CREDENTIALS_FILE"] is { Length: > 0 } file ? options with { CredentialsFile = file }
            : options;
    }
}
