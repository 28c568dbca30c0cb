namespace DynamoAspire.KvEvents.LoadEvents;

/// <summary>
/// Says that the load of a rank is not known any more. Goes to <c>namespace.{ns}.kv_metrics_withdrawn</c> and never to
/// <c>kv_metrics</c>, where Dynamo would take it for a load.
/// </summary>
/// <param name="WorkerId">Worker.</param>
/// <param name="DpRank">Data-parallel rank.</param>
public readonly record struct LoadWithdrawal(ulong WorkerId, uint DpRank)
{
    /// <summary>
    /// When it was sent, in milliseconds since the Unix epoch by the clock that also stamps the envelopes of the loads, or null where not said. A load with a later
    /// <see cref="EventPlane.EventEnvelope.PublishedAt"/> is of a rank that is back; one with the same or an earlier one was overtaken on its way.
    /// </summary>
    public ulong? PublishedAt { get; init; }
}
