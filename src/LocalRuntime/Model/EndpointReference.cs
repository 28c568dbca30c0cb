using System.Globalization;
using DynamoAspire.LocalRuntime.Model;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>An endpoint of a resource, as a value: its URL once ports are assigned, an expression in a manifest.</summary>
public sealed class EndpointReference : IManifestExpressionProvider, IValueProvider, IValueWithReferences
{
    /// <summary>Refers to an endpoint by name.</summary>
    public EndpointReference(IResourceWithEndpoints owner, string endpointName)
    {
        ArgumentNullException.ThrowIfNull(owner);
        ArgumentNullException.ThrowIfNull(endpointName);
        Resource = owner;
        EndpointName = endpointName;
    }

    /// <summary>Resource that listens.</summary>
    public IResourceWithEndpoints Resource { get; }

    /// <summary>Name of the endpoint.</summary>
    public string EndpointName { get; }

    /// <summary>Port that others connect to.</summary>
    /// <exception cref="InvalidOperationException">Ports are not assigned yet.</exception>
    public int Port => Annotation.AllocatedPort is > 0 and var port
        ? port
        : throw new InvalidOperationException($"The endpoint '{EndpointName}' of '{Resource.Name}' has no port yet: endpoints have values when resources start, not while the application is built.");

    /// <summary>URL that others connect to.</summary>
    public string Url => string.Create(CultureInfo.InvariantCulture, $"{Annotation.Scheme}://localhost:{Port}");

    internal EndpointAnnotation Annotation => Find() ?? throw new InvalidOperationException($"Resource '{Resource.Name}' has no endpoint '{EndpointName}'.");

    string IManifestExpressionProvider.ValueExpression => Expression(EndpointProperty.Url);

    IEnumerable<object> IValueWithReferences.References => [Resource];

    /// <summary>One part of the endpoint, as a value of its own.</summary>
    public EndpointReferenceExpression Property(EndpointProperty property) => new(this, property);

    /// <inheritdoc/>
    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => new(Value(EndpointProperty.Url));

    internal string Value(EndpointProperty property) => property switch
    {
        EndpointProperty.Url => Url,
        EndpointProperty.Host => "localhost",
        EndpointProperty.IPV4Host => "127.0.0.1",
        EndpointProperty.Port or EndpointProperty.TargetPort => Port.ToString(CultureInfo.InvariantCulture),
        EndpointProperty.Scheme => Annotation.Scheme,
        EndpointProperty.HostAndPort => string.Create(CultureInfo.InvariantCulture, $"localhost:{Port}"),
        _ => throw new ArgumentOutOfRangeException(nameof(property)),
    };

    internal string Expression(EndpointProperty property)
    {
        string Binding(string name) => $"{{{Resource.Name}.bindings.{EndpointName}.{name}}}";
        return property switch
        {
            EndpointProperty.Url => Binding("url"),
            EndpointProperty.Host or EndpointProperty.IPV4Host => Binding("host"),
            EndpointProperty.Port => Binding("port"),
            EndpointProperty.TargetPort => Binding("targetPort"),
            EndpointProperty.Scheme => Binding("scheme"),
            EndpointProperty.HostAndPort => $"{Binding("host")}:{Binding("port")}",
            _ => throw new ArgumentOutOfRangeException(nameof(property)),
        };
    }

    private EndpointAnnotation? Find() =>
        Resource.Annotations.OfType<EndpointAnnotation>().SingleOrDefault(e => string.Equals(e.Name, EndpointName, StringComparison.OrdinalIgnoreCase));
}

/// <summary>One part of an endpoint, as a value.</summary>
public class EndpointReferenceExpression(EndpointReference endpointReference, EndpointProperty property) : IManifestExpressionProvider, IValueProvider, IValueWithReferences
{
    /// <summary>Endpoint.</summary>
    public EndpointReference Endpoint { get; } = endpointReference;

    /// <summary>Part.</summary>
    public EndpointProperty Property { get; } = property;

    /// <inheritdoc/>
    public string ValueExpression => Endpoint.Expression(Property);

    IEnumerable<object> IValueWithReferences.References => [Endpoint];

    /// <inheritdoc/>
    public ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default) => new(Endpoint.Value(Property));
}

/// <summary>Parts of an endpoint.</summary>
public enum EndpointProperty
{
    /// <summary>Scheme, host and port.</summary>
    Url,

    /// <summary>Host name.</summary>
    Host,

    /// <summary>Host as an IPv4 address.</summary>
    IPV4Host,

    /// <summary>Port that others connect to.</summary>
    Port,

    /// <summary>Scheme.</summary>
    Scheme,

    /// <summary>Port that the resource binds.</summary>
    TargetPort,

    /// <summary>Host and port, with a colon.</summary>
    HostAndPort,
}
