using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace DynamoAspire.LocalRuntime.Building;

internal sealed class ResourceBuilder<T>(IDistributedApplicationBuilder applicationBuilder, T resource) : IResourceBuilder<T>
    where T : IResource
{
    public IDistributedApplicationBuilder ApplicationBuilder => applicationBuilder;

    public T Resource => resource;

    public IResourceBuilder<T> WithAnnotation<TAnnotation>(TAnnotation annotation, ResourceAnnotationMutationBehavior behavior = ResourceAnnotationMutationBehavior.Append)
        where TAnnotation : IResourceAnnotation
    {
        ArgumentNullException.ThrowIfNull(annotation);
        if (behavior == ResourceAnnotationMutationBehavior.Replace)
        {
            foreach (var earlier in resource.Annotations.OfType<TAnnotation>().ToList())
            {
                resource.Annotations.Remove(earlier);
            }
        }

        resource.Annotations.Add(annotation);
        return this;
    }
}
