using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using DynamoAspire.Hosting.Data;
using DynamoAspire.Hosting.Grafana;
using DynamoAspire.Hosting.Ports;
using DynamoAspire.Hosting.Runtime;

namespace Aspire.Hosting;

/// <summary>Adds a Grafana with a provisioned data source and dashboards.</summary>
public static class GrafanaBuilderExtensions
{
    private const int DefaultPort = 3000;
    private const string Observability = "../../deploy/observability";

    /// <summary>
    /// Adds Grafana: an image that carries provisioning and dashboards where containers run and when published, otherwise <c>grafana</c> on this machine.
    /// </summary>
    /// <param name="builder">Application. The port is <c>Ports:Grafana</c> (3000), the password of <c>admin</c> is <c>Parameters:{name}-password</c> (generated).</param>
    /// <param name="name">Name of the resource.</param>
    /// <param name="prometheus">Prometheus, the default data source.</param>
    public static IResourceBuilder<IResourceWithEndpoints> AddGrafana(
        this IDistributedApplicationBuilder builder, [ResourceName] string name, IResourceBuilder<IResourceWithEndpoints> prometheus)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(prometheus);
        var port = PortPlan.Choose(builder, "Grafana", DefaultPort);
        var source = prometheus.GetEndpoint("http");
        var password = ParameterResourceBuilderExtensions.CreateDefaultPasswordParameter(builder, $"{name}-password", special: false);
        if (builder.ExecutionContext.IsPublishMode || ContainerSupport.IsAvailable)
        {
            return builder.AddDockerfile(name, Observability, "grafana/Dockerfile")
                .WithBuildArg("GRAFANA_IMAGE", $"{GrafanaContainerImageTags.Registry}/{GrafanaContainerImageTags.Image}:{GrafanaContainerImageTags.Tag}")
                .WithHttpEndpoint(port: port, targetPort: DefaultPort, name: "http")
                .WithHttpHealthCheck("/api/health")
                .WithExternalHttpEndpoints()
                .WithVolume("dynamo-aspire-grafana", "/var/lib/grafana")
                .WithEnvironment(context =>
                {
                    context.EnvironmentVariables["GF_SECURITY_ADMIN_PASSWORD"] = password;
                    context.EnvironmentVariables["PROMETHEUS_URL"] = source;
                });
        }

        var folder = DataDirectory.Of(builder).Folder("grafana");
        var provisioning = Path.GetFullPath(Observability + "/grafana", builder.AppHostDirectory);
        // Packages put Grafana's own files here; other installations find them beside the program, or are told by GF_PATHS_HOME.
        const string PackagedHome = "/usr/share/grafana";
        return builder.AddResource(new ExecutableResource(name, "grafana", folder))
            .WithHttpEndpoint(port: port, name: "http", isProxied: false)
            .WithHttpHealthCheck("/api/health")
            .WithUrl("https://grafana.com/grafana/download", "install Grafana and put grafana on PATH")
            .WithArgs(Directory.Exists(PackagedHome) ? ["server", "--homepath", PackagedHome] : ["server"])
            .WithEnvironment(context =>
            {
                var variables = context.EnvironmentVariables;
                variables["GF_SECURITY_ADMIN_PASSWORD"] = password;
                variables["PROMETHEUS_URL"] = source;
                variables["DASHBOARDS_PATH"] = Path.Combine(provisioning, "dashboards");
                variables["GF_PATHS_DATA"] = folder;
                variables["GF_PATHS_LOGS"] = Path.Combine(folder, "logs");
                variables["GF_PATHS_PROVISIONING"] = Path.Combine(provisioning, "provisioning");
                variables["GF_SERVER_HTTP_ADDR"] = "127.0.0.1";
                variables["GF_SERVER_HTTP_PORT"] = string.Create(CultureInfo.InvariantCulture, $"{port}");
                // Looking is free on one's own machine; changing needs the password.
                variables["GF_AUTH_ANONYMOUS_ENABLED"] = "true";
                variables["GF_AUTH_ANONYMOUS_ORG_ROLE"] = "Viewer";
                variables["GF_ANALYTICS_REPORTING_ENABLED"] = "false";
                variables["GF_ANALYTICS_CHECK_FOR_UPDATES"] = "false";
            });
    }
}
