using Aspire.Hosting.ApplicationModel;
using DynamoAspire.Hosting.Ports;
using DynamoAspire.LocalRuntime.Model;

namespace DynamoAspire.LocalRuntime.Running;

/// <summary>Gives every endpoint its port before anything starts, so that each resource can be told about the others in any order.</summary>
internal static class PortAssignment
{
    /// <summary>Assigns ports; returns what is wrong with a resource's ports, by resource name.</summary>
    public static Dictionary<string, string> Assign(IEnumerable<IResource> resources)
    {
        var problems = new Dictionary<string, string>(StringComparer.Ordinal);
        var given = new Dictionary<int, string>();
        var endpoints = resources.SelectMany(r => r.Annotations.OfType<EndpointAnnotation>().Select(e => (Resource: r, Endpoint: e))).ToList();
        // Ports that were asked for first, or a free one that is handed out could be somebody's.
        foreach (var (resource, endpoint) in endpoints.Where(e => e.Endpoint.Port is not null))
        {
            var port = endpoint.Port!.Value;
            endpoint.AllocatedPort = port;
            if (!given.TryAdd(port, resource.Name))
            {
                problems[resource.Name] = $"endpoint '{endpoint.Name}': port {port} is already given to {given[port]}";
            }
            else if (!PortOwner.IsFree(port))
            {
                problems[resource.Name] = $"endpoint '{endpoint.Name}': {PortOwner.Describe(port)}";
            }
        }

        foreach (var (resource, endpoint) in endpoints.Where(e => e.Endpoint.Port is null))
        {
            int port;
            do
            {
                port = PortOwner.FindFree();
            }
            while (!given.TryAdd(port, resource.Name));
            endpoint.AllocatedPort = port;
        }

        return problems;
    }
}
