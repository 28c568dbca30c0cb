using DynamoAspire.Testing;

namespace DynamoAspire.Messaging.Tests.Nats;

/// <summary>One server for all tests of a class that do not stop it.</summary>
public sealed class NatsServerFixture : IAsyncLifetime
{
    public NatsServer Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await NatsServer.StartAsync(new NatsServerOptions { MaxPayload = 256 * 1024 });

    public async Task DisposeAsync() => await Server.DisposeAsync();
}
