using Aspire.Hosting.ApplicationModel;
using DynamoAspire.LocalRuntime.Model;

namespace DynamoAspire.LocalRuntime.Running;

/// <summary>Groups resources so that each group stops before what it refers to or waited for: the reverse of the order in which they came up.</summary>
internal static class StopOrder
{
    public static IReadOnlyList<IReadOnlyList<IResource>> Of(IReadOnlyCollection<IResource> resources)
    {
        var heights = new Dictionary<IResource, int>();
        foreach (var resource in resources)
        {
            Height(resource, []);
        }

        return [.. resources.GroupBy(r => heights[r]).OrderByDescending(g => g.Key).Select(g => (IReadOnlyList<IResource>)[.. g])];

        // Length of the longest chain of things that the resource needs; a cycle is cut where it closes.
        int Height(IResource resource, HashSet<IResource> above)
        {
            if (heights.TryGetValue(resource, out var known))
            {
                return known;
            }

            if (!above.Add(resource))
            {
                return 0;
            }

            var needs = resource.Annotations.OfType<RelationshipAnnotation>().Select(a => a.Resource).Where(r => r != resource && resources.Contains(r)).Distinct();
            var height = needs.Select(r => Height(r, above) + 1).DefaultIfEmpty(0).Max();
            above.Remove(resource);
            return heights[resource] = height;
        }
    }
}
