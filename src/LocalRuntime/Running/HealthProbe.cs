using Aspire.Hosting.ApplicationModel;
using DynamoAspire.LocalRuntime.Model;

namespace DynamoAspire.LocalRuntime.Running;

/// <summary>Asks a resource's health URLs.</summary>
internal sealed class HealthProbe : IDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(2), UseProxy = false })
    {
        Timeout = TimeSpan.FromSeconds(5),
    };

    /// <summary>Null when every check of the resource passes, else the first that does not and why.</summary>
    public async Task<string?> CheckAsync(IResource resource, CancellationToken cancellationToken)
    {
        foreach (var check in resource.Annotations.OfType<HttpHealthCheckAnnotation>())
        {
            var endpoint = check.EndpointName ?? resource.Annotations.OfType<EndpointAnnotation>().FirstOrDefault(e => e.IsHttp)?.Name
                ?? throw new InvalidOperationException($"Resource '{resource.Name}' has a health check and no HTTP endpoint.");
            var url = new Uri(new Uri(new EndpointReference((IResourceWithEndpoints)resource, endpoint).Url), check.Path);
            try
            {
                using var response = await _client.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
                if ((int)response.StatusCode != check.StatusCode)
                {
                    return $"{url} answers {(int)response.StatusCode}";
                }
            }
            catch (HttpRequestException e)
            {
                return $"{url}: {e.Message}";
            }
            catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                return $"{url} does not answer in 5 seconds";
            }
        }

        return null;
    }

    public void Dispose() => _client.Dispose();
}
