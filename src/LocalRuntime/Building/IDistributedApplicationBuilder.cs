using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace Aspire.Hosting;

/// <summary>Collects the resources of an application.</summary>
public interface IDistributedApplicationBuilder
{
    /// <summary>Configuration: appsettings.json of the AppHost, environment, command line (later wins).</summary>
    ConfigurationManager Configuration { get; }

    /// <summary>Folder of the AppHost's project.</summary>
    string AppHostDirectory { get; }

    /// <summary>Whether the application runs or is published.</summary>
    DistributedApplicationExecutionContext ExecutionContext { get; }

    /// <summary>Resources so far, in the order in which they were added.</summary>
    IResourceCollection Resources { get; }

    /// <summary>Adds a resource.</summary>
    /// <exception cref="DistributedApplicationException">Another resource has the name.</exception>
    IResourceBuilder<T> AddResource<T>(T resource)
        where T : IResource;

    /// <summary>Builds the application.</summary>
    DistributedApplication Build();
}
