namespace Aspire.Hosting.ApplicationModel;

/// <summary>A NATS server in a container.</summary>
public class NatsServerResource : ContainerResource, IResourceWithConnectionString
{
    private const string UserName = "nats";
    private readonly ParameterResource _password;

    internal NatsServerResource(string name, ParameterResource password)
        : base(name) => _password = password;

    /// <inheritdoc/>
    public ReferenceExpression ConnectionStringExpression =>
        ReferenceExpression.Create($"nats://{UserName}:{_password:uri}@{PrimaryEndpoint.Property(EndpointProperty.HostAndPort)}");

    /// <summary>Endpoint of the clients.</summary>
    public EndpointReference PrimaryEndpoint => new(this, "tcp");

    IEnumerable<KeyValuePair<string, ReferenceExpression>> IResourceWithConnectionString.GetConnectionProperties() =>
    [
        new("Host", ReferenceExpression.Create($"{PrimaryEndpoint.Property(EndpointProperty.Host)}")),
        new("Port", ReferenceExpression.Create($"{PrimaryEndpoint.Property(EndpointProperty.Port)}")),
        new("Username", ReferenceExpression.Create($"{UserName}")),
        new("Password", ReferenceExpression.Create($"{_password}")),
        new("Uri", ConnectionStringExpression),
    ];
}
