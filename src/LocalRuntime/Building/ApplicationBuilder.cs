using System.Collections.ObjectModel;
using System.Reflection;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;

namespace DynamoAspire.LocalRuntime.Building;

internal sealed class ApplicationBuilder : IDistributedApplicationBuilder
{
    public ApplicationBuilder(string[] args, Assembly? appHost)
    {
        var metadata = appHost?.GetCustomAttributes<AssemblyMetadataAttribute>().ToList() ?? [];
        AppHostDirectory = metadata.FirstOrDefault(m => m.Key == "apphostprojectpath")?.Value ?? Environment.CurrentDirectory;
        // The build says where it put each referenced project, so that nothing here has to guess at bin/Debug/….
        ProjectTargets = metadata.Where(m => m.Key.StartsWith("projecttarget:", StringComparison.Ordinal))
            .ToDictionary(m => m.Key["projecttarget:".Length..], m => m.Value!, StringComparer.Ordinal);

        var environment = Environment.GetEnvironmentVariable("DOTNET_ENVIRONMENT") ?? Environment.GetEnvironmentVariable("ASPNETCORE_ENVIRONMENT") ?? "Production";
        Configuration.SetBasePath(AppHostDirectory);
        Configuration.AddJsonFile("appsettings.json", optional: true);
        Configuration.AddJsonFile($"appsettings.{environment}.json", optional: true);
        Configuration.AddEnvironmentVariables();
        Configuration.AddCommandLine(args);

        Operation = OperationArguments.Parse(args);
        ExecutionContext = new DistributedApplicationExecutionContext(Operation.Publish);
    }

    public ConfigurationManager Configuration { get; } = new();

    public string AppHostDirectory { get; }

    public DistributedApplicationExecutionContext ExecutionContext { get; }

    public IResourceCollection Resources { get; } = new ResourceCollection();

    /// <summary>Built assembly of each project file.</summary>
    public IReadOnlyDictionary<string, string> ProjectTargets { get; }

    internal OperationArguments Operation { get; }

    public IResourceBuilder<T> AddResource<T>(T resource)
        where T : IResource
    {
        ArgumentNullException.ThrowIfNull(resource);
        if (Resources.Any(r => string.Equals(r.Name, resource.Name, StringComparison.OrdinalIgnoreCase)))
        {
            throw new DistributedApplicationException($"There is already a resource named '{resource.Name}': names are unique, whatever their case.");
        }

        Resources.Add(resource);
        return new ResourceBuilder<T>(this, resource);
    }

    public DistributedApplication Build() => new(this);

    private sealed class ResourceCollection : Collection<IResource>, IResourceCollection;
}
