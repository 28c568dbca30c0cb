using Aspire.Hosting.ApplicationModel;
using DynamoAspire.Hosting.Ports;

namespace Aspire.Hosting;

/// <summary>What the services of this product have in common as resources.</summary>
public static class ServiceBuilderExtensions
{
    /// <summary>Gives a service its HTTP endpoint, by which it is healthy (<c>/health</c>).</summary>
    /// <param name="builder">Service.</param>
    /// <param name="name">Name in <c>Ports:Name</c>.</param>
    /// <param name="defaultPort">Port in run mode where nothing is configured.</param>
    public static IResourceBuilder<T> WithServicePort<T>(this IResourceBuilder<T> builder, string name, int defaultPort)
        where T : IResourceWithEndpoints
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.WithHttpEndpoint(port: PortPlan.Choose(builder.ApplicationBuilder, name, defaultPort), name: "http")
            .WithHttpHealthCheck("/health")
            .WithUrlForEndpoint("http", _ => new ResourceUrlAnnotation { Url = "/metrics", DisplayText = "metrics" });
    }
}
