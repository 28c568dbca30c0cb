using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using DynamoAspire.Hosting.Data;
using DynamoAspire.Hosting.Fleet;
using DynamoAspire.Hosting.Ports;
using DynamoAspire.Hosting.Prometheus;
using DynamoAspire.Hosting.Runtime;

namespace Aspire.Hosting;

/// <summary>Adds a Prometheus that scrapes resources of the application.</summary>
public static class PrometheusBuilderExtensions
{
    private const int DefaultPort = 9090;
    private const string Endpoint = "http";

    /// <summary>
    /// Adds Prometheus: an image that carries its configuration where containers run and when published, otherwise <c>prometheus</c> on this machine,
    /// with a configuration generated from the targets.
    /// </summary>
    /// <param name="builder">Application. The port is <c>Ports:Prometheus</c> (9090).</param>
    /// <param name="name">Name of the resource.</param>
    public static IResourceBuilder<IResourceWithEndpoints> AddPrometheus(this IDistributedApplicationBuilder builder, [ResourceName] string name)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var port = PortPlan.Choose(builder, "Prometheus", DefaultPort);
        var targets = new ScrapeTargetsAnnotation();
        if (builder.ExecutionContext.IsPublishMode || ContainerSupport.IsAvailable)
        {
            return builder.AddDockerfile(name, "../../deploy/observability", "prometheus/Dockerfile")
                .WithBuildArg("PROMETHEUS_IMAGE", $"{PrometheusContainerImageTags.Registry}/{PrometheusContainerImageTags.Image}:{PrometheusContainerImageTags.Tag}")
                .WithHttpEndpoint(port: port, targetPort: DefaultPort, name: Endpoint)
                .WithHttpHealthCheck("/-/ready")
                .WithVolume("dynamo-aspire-prometheus", "/prometheus")
                .WithAnnotation(targets)
                .WithEnvironment(context =>
                {
                    // The image's entry point turns each into a target: addresses are known only where it runs.
                    foreach (var (target, index) in targets.All.Select((t, i) => (t, i)))
                    {
                        context.EnvironmentVariables[string.Create(CultureInfo.InvariantCulture, $"SCRAPE_TARGET_{index}")] =
                            ReferenceExpression.Create($"{target.Job} {target.Instance ?? "-"} {target.Scheme}://{target.Address}{target.Path}");
                    }
                });
        }

        var folder = DataDirectory.Of(builder).Folder("prometheus");
        var rules = Path.GetFullPath("../../deploy/observability/rules/*.yml", builder.AppHostDirectory);
        return builder.AddResource(new ExecutableResource(name, "prometheus", folder))
            .WithHttpEndpoint(port: port, name: Endpoint, isProxied: false)
            .WithHttpHealthCheck("/-/ready")
            .WithUrl("https://prometheus.io/download/", "Debian, Ubuntu: apt-get install prometheus (./run.sh does it)")
            .WithAnnotation(targets)
            .WithArgs(async context =>
            {
                var address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
                var targetsFile = DataDirectory.WriteFile(folder, "targets.json", await PrometheusConfiguration.TargetsAsync(targets.All, context.CancellationToken));
                context.Args.Add("--config.file=" + DataDirectory.WriteFile(folder, "prometheus.yml", PrometheusConfiguration.Text(targetsFile, rules, address)));
                context.Args.Add("--storage.tsdb.path=" + Path.Combine(folder, "data"));
                context.Args.Add("--storage.tsdb.retention.time=2d");
                context.Args.Add("--web.listen-address=" + address);
            });
    }

    /// <summary>Lets Prometheus scrape a resource.</summary>
    /// <param name="builder">Prometheus.</param>
    /// <param name="target">Resource; its name becomes the label <c>job</c>.</param>
    /// <param name="path">Path of its metrics.</param>
    /// <param name="endpointName">Endpoint that serves them.</param>
    public static IResourceBuilder<T> WithScrapeTarget<T>(
        this IResourceBuilder<T> builder, IResourceBuilder<IResourceWithEndpoints> target, string path = "/metrics", [EndpointName] string endpointName = "http")
        where T : IResourceWithEndpoints
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(target);
        var endpoint = target.GetEndpoint(endpointName);
        var scrape = new ScrapeTarget(
            target.Resource.Name, null, "http", ReferenceExpression.Create($"{endpoint.Property(EndpointProperty.Host)}:{endpoint.Property(EndpointProperty.Port)}"), path);
        TargetsOf(builder.Resource).Sources.Add(() => [scrape]);
        return builder;
    }

    /// <summary>Lets Prometheus scrape every engine that has a <c>MetricsUrl</c>, with the engine's name as the label <c>instance</c>.</summary>
    public static IResourceBuilder<T> WithScrapeTargets<T>(this IResourceBuilder<T> builder, EngineFleet engines)
        where T : IResourceWithEndpoints
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(engines);
        TargetsOf(builder.Resource).Sources.Add(engines.ScrapeTargets);
        return builder;
    }

    private static ScrapeTargetsAnnotation TargetsOf(IResource resource) =>
        resource.Annotations.OfType<ScrapeTargetsAnnotation>().SingleOrDefault()
            ?? throw new ArgumentException($"Resource '{resource.Name}' was not added by AddPrometheus.", nameof(resource));
}
