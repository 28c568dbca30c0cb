namespace DynamoAspire.MetricsAggregator.Discovery;

/// <summary>All addresses of a service that Aspire hands out: <c>services__{name}__{endpoint}__{i}</c>. A service with http and https is asked by http, at each replica once.</summary>
internal static class ServiceEndpoints
{
    public static IEnumerable<Uri> Of(IConfiguration configuration, string service, string path)
    {
        var endpoints = configuration.GetSection("services:" + service).GetChildren().ToList();
        var chosen = endpoints.FirstOrDefault(e => e.Key.Equals("http", StringComparison.OrdinalIgnoreCase))
            ?? endpoints.FirstOrDefault(e => e.Key.Equals("https", StringComparison.OrdinalIgnoreCase))
            ?? endpoints.FirstOrDefault();
        foreach (var replica in chosen?.GetChildren() ?? [])
        {
            var text = replica.Value is not { Length: > 0 } value ? "" : value.Contains("://", StringComparison.Ordinal) ? value : $"{(chosen!.Key.Equals("https", StringComparison.OrdinalIgnoreCase) ? "https" : "http")}://{value}";
            if (Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "http" or "https")
            {
                yield return new UriBuilder(address) { Path = address.AbsolutePath.TrimEnd('/') + path }.Uri;
            }
        }
    }
}
