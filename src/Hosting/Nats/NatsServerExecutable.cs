using Aspire.Hosting.ApplicationModel;

namespace DynamoAspire.Hosting.Nats;

/// <summary>A nats-server on this machine, with the connection string and properties that Aspire's container resource has.</summary>
internal sealed class NatsServerExecutable(string name, ParameterResource password, string workingDirectory)
    : ExecutableResource(name, "nats-server", workingDirectory), IResourceWithConnectionString
{
    public const string UserName = "nats";
    public const string ClientEndpoint = "tcp";
    public const string MonitorEndpoint = "monitor";

    /// <summary>By address: the server binds one address family, and "localhost" may mean the other one first.</summary>
    public ReferenceExpression ConnectionStringExpression =>
        ReferenceExpression.Create($"nats://{UserName}:{password:uri}@{Client.Property(EndpointProperty.IPV4Host)}:{Client.Property(EndpointProperty.Port)}");

    private EndpointReference Client => new(this, ClientEndpoint);

    IEnumerable<KeyValuePair<string, ReferenceExpression>> IResourceWithConnectionString.GetConnectionProperties() =>
    [
        new("Host", ReferenceExpression.Create($"{Client.Property(EndpointProperty.IPV4Host)}")),
        new("Port", ReferenceExpression.Create($"{Client.Property(EndpointProperty.Port)}")),
        new("Username", ReferenceExpression.Create($"{UserName}")),
        new("Password", ReferenceExpression.Create($"{password}")),
        new("Uri", ConnectionStringExpression),
    ];
}
