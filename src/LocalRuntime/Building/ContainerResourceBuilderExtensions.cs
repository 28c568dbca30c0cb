using Aspire.Hosting.ApplicationModel;
using DynamoAspire.LocalRuntime.Model;

namespace Aspire.Hosting;

/// <summary>Adds containers. They are published here, not started.</summary>
public static class ContainerResourceBuilderExtensions
{
    /// <summary>Adds a container whose image is built from a Dockerfile.</summary>
    /// <param name="builder">Application.</param>
    /// <param name="name">Name of the resource.</param>
    /// <param name="contextPath">Folder sent to the build, relative to the AppHost's.</param>
    /// <param name="dockerfilePath">Dockerfile relative to it; null is <c>Dockerfile</c>.</param>
    /// <param name="stage">Not supported here; null.</param>
    public static IResourceBuilder<ContainerResource> AddDockerfile(this IDistributedApplicationBuilder builder, [ResourceName] string name, string contextPath, string? dockerfilePath = null, string? stage = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(contextPath);
        if (stage is not null)
        {
            throw new DistributedApplicationException($"Container '{name}': build stages are not supported here.");
        }

        var context = Path.GetFullPath(contextPath, builder.AppHostDirectory).TrimEnd(Path.DirectorySeparatorChar);
        return builder.AddResource(new ContainerResource(name))
            .WithAnnotation(new DockerfileAnnotation(context, Path.GetFullPath(dockerfilePath ?? "Dockerfile", context)));
    }

    /// <summary>Gives the Dockerfile's build an argument.</summary>
    public static IResourceBuilder<T> WithBuildArg<T>(this IResourceBuilder<T> builder, string name, object? value)
        where T : ContainerResource
    {
        ArgumentNullException.ThrowIfNull(builder);
        var dockerfile = builder.Resource.Annotations.OfType<DockerfileAnnotation>().LastOrDefault()
            ?? throw new InvalidOperationException($"Container '{builder.Resource.Name}' is not built from a Dockerfile.");
        dockerfile.BuildArguments.Add(new KeyValuePair<string, object?>(name, value));
        return builder;
    }

    /// <summary>Takes another tag of the image.</summary>
    public static IResourceBuilder<T> WithImageTag<T>(this IResourceBuilder<T> builder, string tag)
        where T : ContainerResource
    {
        ArgumentNullException.ThrowIfNull(builder);
        var image = builder.Resource.Annotations.OfType<ContainerImageAnnotation>().LastOrDefault()
            ?? throw new InvalidOperationException($"Container '{builder.Resource.Name}' has no image.");
        return builder.WithAnnotation(image with { Tag = tag }, ResourceAnnotationMutationBehavior.Replace);
    }

    /// <summary>Adds a volume.</summary>
    public static IResourceBuilder<T> WithVolume<T>(this IResourceBuilder<T> builder, string? name, string target, bool isReadOnly = false)
        where T : ContainerResource
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.WithAnnotation(new VolumeAnnotation(name, target, isReadOnly));
    }
}
