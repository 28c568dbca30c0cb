using DynamoAspire.Messaging.Nats.NatsNet;

namespace DynamoAspire.Messaging.Nats.Core;

/// <content>NATS.Net is the default where it is present.</content>
internal static partial class NatsLinkFactories
{
    static partial void AddOptional(List<NatsLinkFactory> factories) => factories.Add(new NatsNetFactory());
}
