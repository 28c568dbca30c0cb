using DynamoAspire.Messaging.Nats;

namespace DynamoAspire.Messaging.Tests.Nats;

/// <summary>The contract on the C client.</summary>
public sealed class LibnatsTests(NatsServerFixture fixture) : NatsContract(fixture), IClassFixture<NatsServerFixture>
{
    protected override NatsAdapter Adapter => NatsAdapter.Libnats;
}
