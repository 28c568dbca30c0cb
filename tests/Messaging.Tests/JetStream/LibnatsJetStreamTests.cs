using DynamoAspire.Messaging.Nats;
using DynamoAspire.Messaging.Tests.Nats;

namespace DynamoAspire.Messaging.Tests.JetStream;

/// <summary>JetStream on the C client.</summary>
public sealed class LibnatsJetStreamTests(NatsServerFixture fixture) : JetStreamContract(fixture), IClassFixture<NatsServerFixture>
{
    protected override NatsAdapter Adapter => NatsAdapter.Libnats;
}
