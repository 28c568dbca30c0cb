using DynamoAspire.Messaging.Nats;
using DynamoAspire.Messaging.Tests.Nats;

namespace DynamoAspire.Messaging.Tests.JetStream;

/// <summary>JetStream on NATS.Net.</summary>
public sealed class NatsNetJetStreamTests(NatsServerFixture fixture) : JetStreamContract(fixture), IClassFixture<NatsServerFixture>
{
    protected override NatsAdapter Adapter => NatsAdapter.NatsNet;
}
