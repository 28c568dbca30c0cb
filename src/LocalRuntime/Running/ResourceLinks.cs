using Aspire.Hosting.ApplicationModel;
using DynamoAspire.LocalRuntime.Model;

namespace DynamoAspire.LocalRuntime.Running;

/// <summary>The URLs that are shown with a resource: its endpoints, and what was linked to them.</summary>
internal static class ResourceLinks
{
    public static IReadOnlyList<ResourceLink> Of(IResource resource)
    {
        if (resource is not IResourceWithEndpoints withEndpoints)
        {
            return [];
        }

        var links = new List<ResourceLink>();
        foreach (var endpoint in resource.Annotations.OfType<EndpointAnnotation>().Where(e => e.AllocatedPort > 0))
        {
            var reference = new EndpointReference(withEndpoints, endpoint.Name);
            links.Add(new ResourceLink(endpoint.Name, reference.Url));
            foreach (var link in resource.Annotations.OfType<EndpointLinkAnnotation>().Where(l => l.EndpointName == endpoint.Name))
            {
                var url = link.Callback(reference);
                links.Add(new ResourceLink(url.DisplayText ?? url.Url, new Uri(new Uri(reference.Url), url.Url).ToString()));
            }
        }

        return links;
    }
}
