namespace DynamoAspire.Messaging.Nats.Core;

/// <summary>Which adapters this build has. An adapter announces itself by deriving from <see cref="NatsLinkFactory"/> in its own folder.</summary>
internal static class NatsAdapters
{
    private static readonly NatsLinkFactory[] s_factories = [.. NatsLinkFactories.All()];

    public static IReadOnlyList<NatsAdapter> Available => [.. s_factories.Select(f => f.Adapter)];

    public static NatsLinkFactory Choose(NatsAdapter adapter)
    {
        var wanted = adapter == NatsAdapter.Auto ? FromEnvironment() : adapter;
        if (wanted == NatsAdapter.Auto)
        {
            return s_factories[0];
        }

        return Array.Find(s_factories, f => f.Adapter == wanted)
            ?? throw new NatsException(NatsError.Invalid, $"The NATS adapter {wanted} is not in this build: its package was not on the feed. Available: {string.Join(", ", Available)}.");
    }

    private static NatsAdapter FromEnvironment()
    {
        var value = Environment.GetEnvironmentVariable(NatsConnections.AdapterVariable);
        return value?.ToUpperInvariant() switch
        {
            null or "" or "AUTO" => NatsAdapter.Auto,
            "LIBNATS" => NatsAdapter.Libnats,
            "NATSNET" or "NATS.NET" => NatsAdapter.NatsNet,
            _ => throw new NatsException(NatsError.Invalid, $"{NatsConnections.AdapterVariable} is '{value}'; expected libnats or natsnet."),
        };
    }
}
