using DynamoAspire.Messaging.Nats.Libnats;

namespace DynamoAspire.Messaging.Nats.Core;

/// <summary>The adapters of this build, the default one first. The folder of each optional adapter adds itself.</summary>
internal static partial class NatsLinkFactories
{
    public static IEnumerable<NatsLinkFactory> All()
    {
        var factories = new List<NatsLinkFactory>();
        AddOptional(factories);
        factories.Add(new LibnatsFactory());
        return factories;
    }

    static partial void AddOptional(List<NatsLinkFactory> factories);
}
