namespace DynamoAspire.Hosting.Prometheus;

/// <summary>Image that deploy/observability/prometheus/Dockerfile builds on.</summary>
internal static class PrometheusContainerImageTags
{
    public const string Registry = "docker.io";
    public const string Image = "prom/prometheus";
    public const string Tag = "v3.4.1";
}
