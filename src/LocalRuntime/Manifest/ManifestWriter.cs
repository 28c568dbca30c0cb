using System.Text.Json;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using DynamoAspire.LocalRuntime.Model;
using DynamoAspire.LocalRuntime.Running;

namespace DynamoAspire.LocalRuntime.Manifest;

/// <summary>
/// Writes resources as Aspire's manifest publisher does: same types, same names, same order of entries. What Aspire writes for resources of
/// kinds that this runtime does not have is left out.
/// </summary>
internal sealed class ManifestWriter(DistributedApplicationExecutionContext context, string manifestPath, Utf8JsonWriter writer, CancellationToken cancellationToken)
{
    private readonly Dictionary<string, IResource> _referenced = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Parameters that are used encoded ("{password:uri}"): each becomes a resource of its own, which does the encoding.</summary>
    private readonly Dictionary<ParameterResource, SortedSet<string>> _encoded = [];

    /// <summary>First port that is given to an endpoint which has none: Aspire's allocator begins at 8000 too.</summary>
    private int _nextPort = 8000;

    public async Task WriteAsync(IEnumerable<IResource> resources)
    {
        writer.WriteStartObject();
        writer.WriteString("$schema", "https://json.schemastore.org/aspire-8.0.json");
        writer.WriteStartObject("resources");
        var written = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var resource in resources)
        {
            written.Add(resource.Name);
            await WriteResourceAsync(resource);
        }

        // Generated passwords are in nobody's list of resources; they are there because something refers to them.
        foreach (var resource in _referenced.Values.Where(r => !written.Contains(r.Name)).ToList())
        {
            await WriteResourceAsync(resource);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
        await writer.FlushAsync(cancellationToken);
    }

    private async Task WriteResourceAsync(IResource resource)
    {
        writer.WriteStartObject(resource.Name);
        switch (resource)
        {
            case ContainerResource container:
                await WriteContainerAsync(container);
                break;
            case ProjectResource project:
                await WriteProjectAsync(project);
                break;
            case ParameterResource parameter:
                WriteParameter(parameter);
                break;
            default:
                writer.WriteString("error", "This resource does not support generation in the manifest.");
                break;
        }

        writer.WriteEndObject();
        if (resource is ParameterResource encoded && _encoded.TryGetValue(encoded, out var formats))
        {
            foreach (var format in formats)
            {
                writer.WriteStartObject(EncodedName(encoded, format));
                writer.WriteString("type", "annotated.string");
                writer.WriteString("value", encoded.ValueExpression);
                writer.WriteString("filter", format);
                writer.WriteEndObject();
            }
        }
    }

    private async Task WriteContainerAsync(ContainerResource container)
    {
        if (container.Annotations.OfType<DockerfileAnnotation>().LastOrDefault() is { } dockerfile)
        {
            writer.WriteString("type", "container.v1");
            WriteConnectionString(container);
            writer.WriteStartObject("build");
            writer.WriteString("context", Relative(dockerfile.ContextPath));
            writer.WriteString("dockerfile", Relative(dockerfile.DockerfilePath));
            if (dockerfile.BuildArguments.Count > 0)
            {
                writer.WriteStartObject("args");
                foreach (var (name, value) in dockerfile.BuildArguments)
                {
                    writer.WriteString(name, Text(value!));
                }

                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }
        else
        {
            var image = container.Annotations.OfType<ContainerImageAnnotation>().Last();
            writer.WriteString("type", "container.v0");
            WriteConnectionString(container);
            writer.WriteString("image", $"{(image.Registry is null ? "" : image.Registry + "/")}{image.Image}{(image.Tag is null ? "" : ":" + image.Tag)}");
        }

        await WriteArgumentsAsync(container);
        var volumes = container.Annotations.OfType<VolumeAnnotation>().ToList();
        if (volumes.Count > 0)
        {
            writer.WriteStartArray("volumes");
            foreach (var volume in volumes)
            {
                writer.WriteStartObject();
                if (volume.Name is not null)
                {
                    writer.WriteString("name", volume.Name);
                }

                writer.WriteString("target", volume.Target);
                writer.WriteBoolean("readOnly", volume.IsReadOnly);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        await WriteEnvironmentAsync(container);
        WriteBindings(container);
    }

    private async Task WriteProjectAsync(ProjectResource project)
    {
        writer.WriteString("type", "project.v0");
        writer.WriteString("path", Relative(project.Annotations.OfType<IProjectMetadata>().Last().ProjectPath));
        await WriteArgumentsAsync(project);
        await WriteEnvironmentAsync(project);
        WriteBindings(project);
    }

    private void WriteParameter(ParameterResource parameter)
    {
        writer.WriteString("type", "parameter.v0");
        writer.WriteString("value", $"{{{parameter.Name}.inputs.value}}");
        writer.WriteStartObject("inputs");
        writer.WriteStartObject("value");
        writer.WriteString("type", "string");
        if (parameter.Secret)
        {
            writer.WriteBoolean("secret", true);
        }

        if (parameter.Default is { } @default)
        {
            writer.WriteStartObject("default");
            @default.WriteTo(writer);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private void WriteConnectionString(IResource resource)
    {
        if (resource is IResourceWithConnectionString { ConnectionStringExpression: var expression })
        {
            writer.WriteString("connectionString", Text(expression));
        }
    }

    private async Task WriteArgumentsAsync(IResource resource)
    {
        var arguments = await ResourceValues.ArgumentsAsync(resource, context, cancellationToken);
        if (arguments.Count > 0)
        {
            writer.WriteStartArray("args");
            foreach (var argument in arguments)
            {
                writer.WriteStringValue(Text(argument));
            }

            writer.WriteEndArray();
        }
    }

    private async Task WriteEnvironmentAsync(IResource resource)
    {
        var variables = await ResourceValues.EnvironmentAsync(resource, context, cancellationToken);
        if (variables.Count > 0)
        {
            writer.WriteStartObject("env");
            foreach (var (name, value) in variables)
            {
                writer.WriteString(name, Text(value));
            }

            writer.WriteEndObject();
        }
    }

    private void WriteBindings(IResource resource)
    {
        var endpoints = resource.Annotations.OfType<EndpointAnnotation>().ToList();
        if (endpoints.Count == 0)
        {
            return;
        }

        writer.WriteStartObject("bindings");
        var schemes = new HashSet<string>(StringComparer.Ordinal);
        foreach (var endpoint in endpoints)
        {
            // A project's first endpoint of an HTTP scheme gets its port from whatever deploys it; other endpoints need one now.
            var target = endpoint.TargetPort
                ?? (resource is ContainerResource ? endpoint.Port : null)
                ?? (resource is ProjectResource && endpoint.IsHttp && schemes.Add(endpoint.Scheme) ? null : _nextPort++);
            writer.WriteStartObject(endpoint.Name);
            writer.WriteString("scheme", endpoint.Scheme);
            writer.WriteString("protocol", "tcp");
            writer.WriteString("transport", endpoint.Transport);
            if (endpoint.Port is { } port && port != target)
            {
                writer.WriteNumber("port", port);
            }

            if (target is { } number)
            {
                writer.WriteNumber("targetPort", number);
            }

            if (endpoint.IsExternal)
            {
                writer.WriteBoolean("external", true);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private string Text(object value)
    {
        NoteReferences(value);
        return value switch
        {
            string text => text,
            ReferenceExpression expression => expression.Render((provider, plain, format) =>
                format is not null && provider is ParameterResource parameter ? $"{{{EncodedName(parameter, format)}.value}}" : plain),
            IManifestExpressionProvider provider => provider.ValueExpression,
            _ => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) ?? "",
        };
    }

    private void NoteReferences(object value)
    {
        if (value is ReferenceExpression { Parts: var parts })
        {
            foreach (var (provider, _, format) in parts)
            {
                if (provider is ParameterResource parameter && format is not null)
                {
                    if (!_encoded.TryGetValue(parameter, out var formats))
                    {
                        _encoded[parameter] = formats = new SortedSet<string>(StringComparer.Ordinal);
                    }

                    formats.Add(format);
                }
            }
        }

        if (value is IResource resource)
        {
            _referenced.TryAdd(resource.Name, resource);
        }
        else if (value is IValueWithReferences references)
        {
            foreach (var reference in references.References)
            {
                NoteReferences(reference);
            }
        }
    }

    private static string EncodedName(ParameterResource parameter, string format) => $"{parameter.Name}-{format}-encoded";

    private string Relative(string path) => Path.GetRelativePath(Path.GetDirectoryName(manifestPath)!, path).Replace('\\', '/');
}
