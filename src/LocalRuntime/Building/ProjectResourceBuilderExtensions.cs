using Aspire.Hosting.ApplicationModel;
using DynamoAspire.LocalRuntime.Model;

namespace Aspire.Hosting;

/// <summary>Adds .NET projects.</summary>
public static class ProjectResourceBuilderExtensions
{
    /// <summary>Adds a project that the AppHost references.</summary>
    /// <typeparam name="TProject">Its generated class in <c>Projects</c>.</typeparam>
    /// <param name="builder">Application.</param>
    /// <param name="name">Name of the resource.</param>
    /// <param name="launchProfileName">Must be null: endpoints and variables are all said in the AppHost.</param>
    public static IResourceBuilder<ProjectResource> AddProject<TProject>(this IDistributedApplicationBuilder builder, [ResourceName] string name, string? launchProfileName)
        where TProject : IProjectMetadata, new()
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (launchProfileName is not null)
        {
            throw new DistributedApplicationException($"Project '{name}': launch profiles are not read here; pass null.");
        }

        var project = builder.AddResource(new ProjectResource(name)).WithAnnotation(new TProject());
        project.Resource.Annotations.Add(new EnvironmentCallbackAnnotation(context => AddProjectDefaultsAsync(builder, project.Resource, context)));
        return project;
    }

    /// <summary>The variables that Aspire gives every project.</summary>
    private static Task AddProjectDefaultsAsync(IDistributedApplicationBuilder builder, ProjectResource project, EnvironmentCallbackContext context)
    {
        var variables = context.EnvironmentVariables;
        variables["OTEL_DOTNET_EXPERIMENTAL_OTLP_RETRY"] = "in_memory";
        var endpoints = project.Annotations.OfType<EndpointAnnotation>().Where(e => e.IsHttp).ToList();
        if (context.ExecutionContext.IsPublishMode)
        {
            if (project.Annotations.OfType<EndpointAnnotation>().Any())
            {
                variables["ASPNETCORE_FORWARDEDHEADERS_ENABLED"] = "true";
            }

            AddPorts(project, variables, "HTTP_PORTS", endpoints.Where(e => e.Scheme == "http"));
            AddPorts(project, variables, "HTTPS_PORTS", endpoints.Where(e => e.Scheme == "https"));
            return Task.CompletedTask;
        }

        if (endpoints.Count > 0)
        {
            variables["ASPNETCORE_URLS"] = string.Join(';', endpoints.Select(e => new EndpointReference(project, e.Name).Url));
        }

        // Not Aspire's address of its dashboard, which launch settings may name: there is no dashboard here that would listen.
        if (builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 } collector)
        {
            variables["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector;
            variables["OTEL_EXPORTER_OTLP_PROTOCOL"] = builder.Configuration["OTEL_EXPORTER_OTLP_PROTOCOL"] ?? "grpc";
        }

        variables["OTEL_SERVICE_NAME"] = project.Name;
        variables["OTEL_RESOURCE_ATTRIBUTES"] = $"service.instance.id={project.Name}";
        return Task.CompletedTask;
    }

    private static void AddPorts(ProjectResource project, Dictionary<string, object> variables, string name, IEnumerable<EndpointAnnotation> endpoints)
    {
        var ports = endpoints.Select(e => new EndpointReference(project, e.Name).Property(EndpointProperty.TargetPort)).ToList();
        if (ports.Count == 1)
        {
            variables[name] = ports[0];
        }
        else if (ports.Count > 1)
        {
            throw new DistributedApplicationException($"Project '{project.Name}' has {ports.Count} endpoints for {name}; one is supported here.");
        }
    }
}
