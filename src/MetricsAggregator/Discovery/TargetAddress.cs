using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace DynamoAspire.MetricsAggregator.Discovery;

/// <summary>Puts scheme, address and path together, and lets nothing through that would lead elsewhere: no other scheme, no user, no path within the address.</summary>
internal static class TargetAddress
{
    private static readonly SearchValues<char> s_notInAddress = SearchValues.Create("/\\@?# \t\r\n");

    /// <param name="scheme">http or https; empty takes http.</param>
    /// <param name="address">host, host:port or [v6]:port.</param>
    /// <param name="path">Path, with or without a query; empty takes /metrics.</param>
    /// <param name="origin">URL that was configured, whose user and query stay; null for one from a list.</param>
    /// <param name="url">The result.</param>
    public static bool TryBuild(string scheme, string address, string path, Uri? origin, [NotNullWhen(true)] out Uri? url)
    {
        url = null;
        scheme = scheme.Length == 0 ? "http" : scheme;
        path = path.Length == 0 ? "/metrics" : path;
        if (scheme is not ("http" or "https") || !path.StartsWith('/') || address.AsSpan().ContainsAny(s_notInAddress) || path.AsSpan().ContainsAny('\r', '\n', '#'))
        {
            return false;
        }

        var user = origin is { UserInfo.Length: > 0 } ? origin.UserInfo + "@" : "";
        var query = path.Contains('?', StringComparison.Ordinal) ? "" : origin?.Query ?? "";
        return Uri.TryCreate($"{scheme}://{user}{address}{path}{query}", UriKind.Absolute, out url) && url.Host.Length > 0 && url.Port > 0;
    }
}
