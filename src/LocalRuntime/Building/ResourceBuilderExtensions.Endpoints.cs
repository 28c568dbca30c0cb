using System.Net.Sockets;
using Aspire.Hosting.ApplicationModel;
using DynamoAspire.LocalRuntime.Model;

namespace Aspire.Hosting;

public static partial class ResourceBuilderExtensions
{
    /// <summary>Adds an endpoint.</summary>
    /// <param name="builder">Resource.</param>
    /// <param name="port">Port that others connect to; null takes a free one.</param>
    /// <param name="targetPort">Port in a container; null is the same.</param>
    /// <param name="scheme">Scheme; null is tcp.</param>
    /// <param name="name">Name; null is the scheme.</param>
    /// <param name="env">Variable that receives the port.</param>
    /// <param name="isProxied">Ignored: there is no proxy here.</param>
    /// <param name="isExternal">Whether it is reachable from outside a deployment.</param>
    /// <param name="protocol">TCP; null is TCP.</param>
    public static IResourceBuilder<T> WithEndpoint<T>(
        this IResourceBuilder<T> builder,
        int? port = null,
        int? targetPort = null,
        string? scheme = null,
        [EndpointName] string? name = null,
        string? env = null,
        bool isProxied = true,
        bool? isExternal = null,
        ProtocolType? protocol = null)
        where T : IResourceWithEndpoints
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (protocol is not null and not ProtocolType.Tcp)
        {
            throw new DistributedApplicationException($"Resource '{builder.Resource.Name}': only TCP endpoints are supported here.");
        }

        scheme ??= "tcp";
        var endpoint = new EndpointAnnotation(name ?? scheme, scheme, port, targetPort) { IsExternal = isExternal ?? false };
        if (builder.Resource.Annotations.OfType<EndpointAnnotation>().Any(e => string.Equals(e.Name, endpoint.Name, StringComparison.OrdinalIgnoreCase)))
        {
            throw new DistributedApplicationException($"Resource '{builder.Resource.Name}' already has an endpoint named '{endpoint.Name}'.");
        }

        builder.Resource.Annotations.Add(endpoint);
        if (env is not null)
        {
            builder.Resource.Annotations.Add(new EnvironmentCallbackAnnotation(context =>
            {
                context.EnvironmentVariables[env] = new EndpointReference(builder.Resource, endpoint.Name).Property(EndpointProperty.TargetPort);
                return Task.CompletedTask;
            }));
        }

        return builder;
    }

    /// <summary>Adds an HTTP endpoint, named http unless said otherwise.</summary>
    public static IResourceBuilder<T> WithHttpEndpoint<T>(
        this IResourceBuilder<T> builder, int? port = null, int? targetPort = null, [EndpointName] string? name = null, string? env = null, bool isProxied = true)
        where T : IResourceWithEndpoints => builder.WithEndpoint(port, targetPort, "http", name, env, isProxied);

    /// <summary>Makes the HTTP endpoints reachable from outside a deployment.</summary>
    public static IResourceBuilder<T> WithExternalHttpEndpoints<T>(this IResourceBuilder<T> builder)
        where T : IResourceWithEndpoints
    {
        ArgumentNullException.ThrowIfNull(builder);
        foreach (var endpoint in builder.Resource.Annotations.OfType<EndpointAnnotation>().Where(e => e.IsHttp))
        {
            endpoint.IsExternal = true;
        }

        return builder;
    }

    /// <summary>An endpoint of the resource, as a value.</summary>
    public static EndpointReference GetEndpoint<T>(this IResourceBuilder<T> builder, [EndpointName] string name)
        where T : IResourceWithEndpoints
    {
        ArgumentNullException.ThrowIfNull(builder);
        return new EndpointReference(builder.Resource, name);
    }

    /// <summary>The resource is healthy while a GET of this path gives this status.</summary>
    /// <param name="builder">Resource.</param>
    /// <param name="path">Path; null is the root.</param>
    /// <param name="statusCode">Status; null is 200.</param>
    /// <param name="endpointName">Endpoint; null is the first HTTP endpoint.</param>
    public static IResourceBuilder<T> WithHttpHealthCheck<T>(this IResourceBuilder<T> builder, string? path = null, int? statusCode = null, string? endpointName = null)
        where T : IResourceWithEndpoints
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.Resource.Annotations.Add(new HttpHealthCheckAnnotation(path ?? "/", statusCode ?? 200, endpointName));
        return builder;
    }
}
