namespace DynamoAspire.KvEvents.Index;

/// <summary>A worker-rank that the index knows.</summary>
/// <param name="Worker">Who.</param>
/// <param name="Blocks">Blocks it holds; 0 after it was cleared.</param>
public readonly record struct KvWorkerBlocks(WorkerRank Worker, int Blocks);
