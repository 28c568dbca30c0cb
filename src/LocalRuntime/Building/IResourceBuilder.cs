namespace Aspire.Hosting.ApplicationModel;

/// <summary>Adds to one resource.</summary>
/// <typeparam name="T">Type of the resource.</typeparam>
public interface IResourceBuilder<out T>
    where T : IResource
{
    /// <summary>Builder of the application.</summary>
    IDistributedApplicationBuilder ApplicationBuilder { get; }

    /// <summary>The resource.</summary>
    T Resource { get; }

    /// <summary>Attaches an annotation.</summary>
    IResourceBuilder<T> WithAnnotation<TAnnotation>(TAnnotation annotation, ResourceAnnotationMutationBehavior behavior = ResourceAnnotationMutationBehavior.Append)
        where TAnnotation : IResourceAnnotation;
}

/// <summary>What becomes of earlier annotations of the same type.</summary>
public enum ResourceAnnotationMutationBehavior
{
    /// <summary>They stay.</summary>
    Append,

    /// <summary>They go.</summary>
    Replace,
}

/// <summary>Resources of an application.</summary>
public interface IResourceCollection : IList<IResource>;
