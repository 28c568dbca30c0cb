namespace DynamoAspire.KvEvents.LoadEvents;

/// <summary>
/// Says that the load of a rank is not known any more. Goes to <c>namespace.{ns}.kv_metrics_withdrawn</c> and never to
/// <c>kv_metrics</c>, where Dynamo would take it for a load.
/// </summary>
/// <param name="WorkerId">Worker.</param>
/// <param name="DpRank">Data-parallel rank.</param>
public readonly record struct LoadWithdrawal(ulong WorkerId, uint DpRank);
