using System.Collections.ObjectModel;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Something that is attached to a resource: an endpoint, a callback, a wait.</summary>
public interface IResourceAnnotation;

/// <summary>Annotations of a resource, in the order in which they were added. Not for concurrent use.</summary>
public sealed class ResourceAnnotationCollection : Collection<IResourceAnnotation>;

/// <summary>A part of the application: a project, an executable, a container, a parameter.</summary>
public interface IResource
{
    /// <summary>Name, unique in the application; also the name under which others find it.</summary>
    string Name { get; }

    /// <summary>What is attached to it.</summary>
    ResourceAnnotationCollection Annotations { get; }
}

/// <summary>A resource that takes environment variables.</summary>
public interface IResourceWithEnvironment : IResource;

/// <summary>A resource that takes command-line arguments.</summary>
public interface IResourceWithArgs : IResource;

/// <summary>A resource that listens.</summary>
public interface IResourceWithEndpoints : IResource;

/// <summary>A resource that can wait for another.</summary>
public interface IResourceWithWaitSupport : IResource;
