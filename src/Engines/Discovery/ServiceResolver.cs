using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;

namespace DynamoAspire.Engines.Discovery;

/// <summary>
/// Resolves service names from configuration, as Aspire hands them out: <c>http://engine/metrics</c> is looked up at
/// <c>services:engine:http:0</c> (variable <c>services__engine__http__0</c>), <c>https+http://engine</c> at https and then http,
/// <c>http://_admin.engine</c> at <c>services:engine:admin:0</c>. Hosts that are not in the configuration stay as they are.
/// Immutable; reads the configuration as it is when asked.
/// </summary>
public sealed class ServiceResolver
{
    private readonly IConfiguration? _configuration;

    /// <summary>Resolves from the section <c>services</c> of a configuration.</summary>
    public ServiceResolver(IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        _configuration = configuration;
    }

    private ServiceResolver() => _configuration = null;

    /// <summary>Knows no services.</summary>
    public static ServiceResolver None { get; } = new();

    /// <summary>Resolves a URL; on failure <paramref name="problem"/> says what is wrong and what to write.</summary>
    public bool TryResolve(Uri url, [NotNullWhen(true)] out Uri? resolved, [NotNullWhen(false)] out string? problem)
    {
        ArgumentNullException.ThrowIfNull(url);
        resolved = null;
        problem = null;
        var schemes = url.Scheme.Split('+');
        var (service, endpoint) = Split(url.Host);
        var known = _configuration?.GetSection("services:" + service).GetChildren().ToList() ?? [];

        // A URL that names a port is an address already.
        if (known.Count == 0 || HasPort(url))
        {
            resolved = schemes.Length == 1 ? url : new UriBuilder(url) { Scheme = schemes[0], Port = HasPort(url) ? url.Port : -1 }.Uri;
            return true;
        }

        foreach (var name in endpoint is null ? schemes : [endpoint])
        {
            var value = known.FirstOrDefault(e => string.Equals(e.Key, name, StringComparison.OrdinalIgnoreCase))?.GetChildren().FirstOrDefault()?.Value;
            if (string.IsNullOrEmpty(value))
            {
                continue;
            }

            // The value may be a bare host:port; it then has the scheme that was asked for.
            var text = value.Contains("://", StringComparison.Ordinal) ? value : $"{(endpoint is null ? name : schemes[0])}://{value}";
            if (!Uri.TryCreate(text, UriKind.Absolute, out var target))
            {
                problem = $"service '{service}' has the address '{value}' for '{name}', which is not one; write services__{service}__{name}__0=http://host:port";
                return false;
            }

            resolved = new UriBuilder(url) { Scheme = target.Scheme, Host = target.Host, Port = target.Port, Path = target.AbsolutePath.TrimEnd('/') + url.AbsolutePath }.Uri;
            return true;
        }

        problem = $"service '{service}' has no endpoint '{endpoint ?? string.Join("' or '", schemes)}' (it has {string.Join(", ", known.Select(e => e.Key))}); write {(endpoint is null ? $"{known[0].Key}://{service}" : $"http://_{known[0].Key}.{service}")} or set services__{service}__{endpoint ?? schemes[^1]}__0";
        return false;
    }

    private static bool HasPort(Uri url) => url.Port > 0 && !url.IsDefaultPort;

    private static (string Service, string? Endpoint) Split(string host)
    {
        var dot = host.IndexOf('.', StringComparison.Ordinal);
        return host.StartsWith('_') && dot > 1 ? (host[(dot + 1)..], host[1..dot]) : (host, null);
    }
}
