using Aspire.Hosting.ApplicationModel;
using DynamoAspire.LocalRuntime.Model;

namespace Aspire.Hosting;

/// <summary>Arguments, variables, references, waits and links of resources.</summary>
public static partial class ResourceBuilderExtensions
{
    /// <summary>Sets a variable to a text.</summary>
    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, string? value)
        where T : IResourceWithEnvironment => builder.WithEnvironment(context => context.EnvironmentVariables[name] = value ?? "");

    /// <summary>Sets a variable to a text with values in it.</summary>
    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, string name, ReferenceExpression value)
        where T : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(value);
        Relate(builder, value);
        return builder.WithEnvironment(context => context.EnvironmentVariables[name] = value);
    }

    /// <summary>Sets variables when the resource starts or is published.</summary>
    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, Action<EnvironmentCallbackContext> callback)
        where T : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(callback);
        return builder.WithEnvironment(context =>
        {
            callback(context);
            return Task.CompletedTask;
        });
    }

    /// <summary>Sets variables when the resource starts or is published.</summary>
    public static IResourceBuilder<T> WithEnvironment<T>(this IResourceBuilder<T> builder, Func<EnvironmentCallbackContext, Task> callback)
        where T : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(callback);
        return builder.WithAnnotation(new EnvironmentCallbackAnnotation(callback));
    }

    /// <summary>Appends arguments.</summary>
    public static IResourceBuilder<T> WithArgs<T>(this IResourceBuilder<T> builder, params string[] args)
        where T : IResourceWithArgs => builder.WithArgs(context =>
        {
            foreach (var argument in args)
            {
                context.Args.Add(argument);
            }

            return Task.CompletedTask;
        });

    /// <summary>Appends arguments when the resource starts or is published; the callback may prepare files that they name.</summary>
    public static IResourceBuilder<T> WithArgs<T>(this IResourceBuilder<T> builder, Func<CommandLineArgsCallbackContext, Task> callback)
        where T : IResourceWithArgs
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(callback);
        return builder.WithAnnotation(new CommandLineArgsCallbackAnnotation(callback));
    }

    /// <summary>Tells the resource the connection string of another (<c>ConnectionStrings__name</c>) and its parts (<c>NAME_HOST</c> …).</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(
        this IResourceBuilder<TDestination> builder, IResourceBuilder<IResourceWithConnectionString> source, string? connectionName = null, bool optional = false)
        where TDestination : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(source);
        var resource = source.Resource;
        connectionName ??= resource.Name;
        builder.WithAnnotation(new RelationshipAnnotation(resource));
        return builder.WithEnvironment(context =>
        {
            context.EnvironmentVariables[resource.ConnectionStringEnvironmentVariable ?? $"ConnectionStrings__{connectionName}"] = resource;
            var prefix = connectionName.Length == 0 ? "" : EncodeName(connectionName).ToUpperInvariant() + "_";
            foreach (var (key, value) in resource.GetConnectionProperties())
            {
                context.EnvironmentVariables[prefix + key.ToUpperInvariant()] = value;
            }
        });
    }

    /// <summary>Tells the resource one endpoint of another, by name (<c>services__name__endpoint__0</c> and <c>NAME_ENDPOINT</c>).</summary>
    public static IResourceBuilder<TDestination> WithReference<TDestination>(this IResourceBuilder<TDestination> builder, EndpointReference endpointReference)
        where TDestination : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(endpointReference);
        ReferTo(builder, endpointReference.Resource).Names.Add(endpointReference.EndpointName);
        return builder;
    }

    /// <summary>Starts the resource only once another is healthy, or runs, where that has no health check.</summary>
    public static IResourceBuilder<T> WaitFor<T>(this IResourceBuilder<T> builder, IResourceBuilder<IResource> dependency)
        where T : IResourceWithWaitSupport
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(dependency);
        return builder.WithAnnotation(new RelationshipAnnotation(dependency.Resource)).WithAnnotation(new WaitAnnotation(dependency.Resource));
    }

    /// <summary>Shows a link with the resource. Where its program is missing, this link says how to get it.</summary>
    public static IResourceBuilder<T> WithUrl<T>(this IResourceBuilder<T> builder, string url, string? displayText = null)
        where T : IResource
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(url);
        return builder.WithAnnotation(new LinkAnnotation(url, displayText));
    }

    /// <summary>Shows another link with an endpoint, such as one to a path of it.</summary>
    public static IResourceBuilder<T> WithUrlForEndpoint<T>(this IResourceBuilder<T> builder, string endpointName, Func<EndpointReference, ResourceUrlAnnotation> callback)
        where T : IResourceWithEndpoints
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(callback);
        return builder.WithAnnotation(new EndpointLinkAnnotation(endpointName, callback));
    }

    private static EndpointReferenceAnnotation ReferTo<T>(IResourceBuilder<T> builder, IResourceWithEndpoints target)
        where T : IResourceWithEnvironment
    {
        ArgumentNullException.ThrowIfNull(builder);
        builder.WithAnnotation(new RelationshipAnnotation(target));
        if (builder.Resource.Annotations.OfType<EndpointReferenceAnnotation>().SingleOrDefault(a => a.Target == target) is { } existing)
        {
            return existing;
        }

        var reference = new EndpointReferenceAnnotation(target);
        builder.WithAnnotation(reference).WithEnvironment(context =>
        {
            foreach (var endpoint in target.Annotations.OfType<EndpointAnnotation>().Where(e => reference.Names.Contains(e.Name)))
            {
                var value = new EndpointReference(target, endpoint.Name);
                context.EnvironmentVariables[$"{EncodeName(target.Name).ToUpperInvariant()}_{EncodeName(endpoint.Name).ToUpperInvariant()}"] = value;
                context.EnvironmentVariables[$"services__{target.Name}__{endpoint.Name}__0"] = value;
            }
        });
        return reference;
    }

    private static void Relate<T>(IResourceBuilder<T> builder, IValueWithReferences value)
        where T : IResource
    {
        foreach (var reference in value.References)
        {
            if (reference is IResource resource)
            {
                builder.WithAnnotation(new RelationshipAnnotation(resource));
            }
            else if (reference is IValueWithReferences inner)
            {
                Relate(builder, inner);
            }
        }
    }

    /// <summary>A name as part of a variable: letters, digits and underscores, and no digit first.</summary>
    private static string EncodeName(string name)
    {
        var encoded = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'));
        return char.IsAsciiDigit(encoded[0]) ? "_" + encoded : encoded;
    }
}
