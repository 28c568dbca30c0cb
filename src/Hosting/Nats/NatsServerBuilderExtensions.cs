using Aspire.Hosting.ApplicationModel;
using DynamoAspire.Hosting.Data;
using DynamoAspire.Hosting.Nats;
using DynamoAspire.Hosting.Ports;
using DynamoAspire.Hosting.Runtime;

namespace Aspire.Hosting;

/// <summary>Adds a NATS server, whatever it runs as.</summary>
public static class NatsServerBuilderExtensions
{
    private const int DefaultPort = 4222;
    private const int DefaultMonitorPort = 8222;

    /// <summary>
    /// Adds a NATS server with JetStream: a container with a data volume where containers run and when published, otherwise <c>nats-server</c> on this machine.
    /// Whoever references it gets the same variables either way.
    /// </summary>
    /// <param name="builder">Application. Ports are <c>Ports:Nats</c> (4222) and <c>Ports:NatsMonitor</c> (8222), the password is <c>Parameters:{name}-password</c> (generated).</param>
    /// <param name="name">Name of the resource and of its connection string.</param>
    public static IResourceBuilder<IResourceWithConnectionString> AddNatsServer(this IDistributedApplicationBuilder builder, [ResourceName] string name)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var port = PortPlan.Choose(builder, "Nats", DefaultPort);
        if (builder.ExecutionContext.IsPublishMode || ContainerSupport.IsAvailable)
        {
            return builder.AddNats(name, port).WithImageTag(NatsServerContainerImageTags.Tag).WithJetStream().WithDataVolume("dynamo-aspire-nats");
        }

        var monitorPort = PortPlan.Choose(builder, "NatsMonitor", DefaultMonitorPort);
        var folder = DataDirectory.Of(builder).Folder("nats");
        var password = ParameterResourceBuilderExtensions.CreateDefaultPasswordParameter(builder, $"{name}-password", special: false);
        return builder.AddResource(new NatsServerExecutable(name, password, folder))
            .WithEndpoint(port: port, scheme: "tcp", name: NatsServerExecutable.ClientEndpoint, isProxied: false)
            .WithHttpEndpoint(port: monitorPort, name: NatsServerExecutable.MonitorEndpoint, isProxied: false)
            .WithHttpHealthCheck("/healthz", endpointName: NatsServerExecutable.MonitorEndpoint)
            .WithUrl("https://nats.io/download/", "Debian, Ubuntu: apt-get install nats-server (./run.sh does it)")
            .WithArgs(async context =>
            {
                var secret = await password.GetValueAsync(context.CancellationToken);
                var text = NatsServerConfiguration.Text(port!.Value, monitorPort!.Value, Path.Combine(folder, "jetstream"), NatsServerExecutable.UserName, secret!);
                context.Args.Add("--config");
                context.Args.Add(DataDirectory.WriteFile(folder, "nats.conf", text));
            });
    }
}
