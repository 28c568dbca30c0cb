namespace DynamoAspire.Hosting.Grafana;

/// <summary>Image that deploy/observability/grafana/Dockerfile builds on.</summary>
internal static class GrafanaContainerImageTags
{
    public const string Registry = "docker.io";
    public const string Image = "grafana/grafana";
    public const string Tag = "12.2.0";
}
