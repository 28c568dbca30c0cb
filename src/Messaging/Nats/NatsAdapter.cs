namespace DynamoAspire.Messaging.Nats;

/// <summary>Which client library carries a connection.</summary>
public enum NatsAdapter
{
    /// <summary><c>DYNAMO_ASPIRE_NATS_ADAPTER</c> if set (<c>libnats</c> or <c>natsnet</c>), else NATS.Net where it is compiled in, else libnats.</summary>
    Auto = 0,

    /// <summary>The NATS project's C client, through P/Invoke.</summary>
    Libnats,

    /// <summary>The NATS.Net package; only where the feed carried it at build time.</summary>
    NatsNet,
}
