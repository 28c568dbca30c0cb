using Aspire.Hosting.ApplicationModel;

namespace DynamoAspire.LocalRuntime.Model;

internal sealed record EnvironmentCallbackAnnotation(Func<EnvironmentCallbackContext, Task> Callback) : IResourceAnnotation;

internal sealed record CommandLineArgsCallbackAnnotation(Func<CommandLineArgsCallbackContext, Task> Callback) : IResourceAnnotation;

internal sealed record WaitAnnotation(IResource Dependency) : IResourceAnnotation;

/// <summary>What the resource refers to, so that it stops before that does.</summary>
internal sealed record RelationshipAnnotation(IResource Resource) : IResourceAnnotation;

internal sealed record HttpHealthCheckAnnotation(string Path, int StatusCode, string? EndpointName) : IResourceAnnotation;

/// <summary>A link that belongs to the resource and not to one of its endpoints.</summary>
internal sealed record LinkAnnotation(string Url, string? DisplayText) : IResourceAnnotation;

internal sealed record EndpointLinkAnnotation(string EndpointName, Func<EndpointReference, ResourceUrlAnnotation> Callback) : IResourceAnnotation;

internal sealed record ContainerImageAnnotation(string? Registry, string Image, string? Tag) : IResourceAnnotation;

internal sealed record VolumeAnnotation(string? Name, string Target, bool IsReadOnly) : IResourceAnnotation;

internal sealed record DockerfileAnnotation(string ContextPath, string DockerfilePath) : IResourceAnnotation
{
    public List<KeyValuePair<string, object?>> BuildArguments { get; } = [];
}

/// <summary>Endpoints of one resource that another resource is told about; all references to it share one annotation, as in Aspire.</summary>
internal sealed record EndpointReferenceAnnotation(IResourceWithEndpoints Target) : IResourceAnnotation
{
    public HashSet<string> Names { get; } = new(StringComparer.OrdinalIgnoreCase);
}
