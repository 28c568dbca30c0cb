using DynamoAspire.Messaging.Nats;

namespace DynamoAspire.Messaging.Tests.Nats;

/// <summary>The contract on NATS.Net.</summary>
public sealed class NatsNetTests(NatsServerFixture fixture) : NatsContract(fixture), IClassFixture<NatsServerFixture>
{
    protected override NatsAdapter Adapter => NatsAdapter.NatsNet;
}
