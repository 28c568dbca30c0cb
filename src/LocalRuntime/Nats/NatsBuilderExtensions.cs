using Aspire.Hosting.ApplicationModel;
using DynamoAspire.LocalRuntime.Model;

namespace Aspire.Hosting;

/// <summary>Adds NATS servers as containers.</summary>
public static class NatsBuilderExtensions
{
    /// <summary>Adds a NATS server with a generated password.</summary>
    public static IResourceBuilder<NatsServerResource> AddNats(this IDistributedApplicationBuilder builder, [ResourceName] string name, int? port)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var password = ParameterResourceBuilderExtensions.CreateDefaultPasswordParameter(builder, $"{name}-password", special: false);
        return builder.AddResource(new NatsServerResource(name, password))
            .WithEndpoint(targetPort: 4222, port: port, name: "tcp")
            .WithAnnotation(new ContainerImageAnnotation("docker.io", "library/nats", "2.12"))
            .WithArgs(context =>
            {
                context.Args.Add("--user");
                context.Args.Add("nats");
                context.Args.Add("--pass");
                context.Args.Add(password);
                return Task.CompletedTask;
            });
    }

    /// <summary>Switches JetStream on.</summary>
    public static IResourceBuilder<NatsServerResource> WithJetStream(this IResourceBuilder<NatsServerResource> builder) => builder.WithArgs("-js");

    /// <summary>Keeps JetStream's files in a volume.</summary>
    /// <param name="builder">Server.</param>
    /// <param name="name">Name of the volume, which is required here.</param>
    /// <param name="isReadOnly">Whether it is mounted read-only.</param>
    public static IResourceBuilder<NatsServerResource> WithDataVolume(this IResourceBuilder<NatsServerResource> builder, string? name = null, bool isReadOnly = false)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(name);
        return builder.WithVolume(name, "/var/lib/nats", isReadOnly).WithArgs("-sd", "/var/lib/nats");
    }
}
