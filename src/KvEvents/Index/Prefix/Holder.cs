namespace DynamoAspire.KvEvents.Index.Prefix;

/// <summary>One worker-rank in the index.</summary>
/// <param name="worker">Who.</param>
/// <param name="slot">Its bit in sets.</param>
internal sealed class Holder(WorkerRank worker, int slot)
{
    private int _blockCount;

    public WorkerRank Worker { get; } = worker;

    public int Slot { get; } = slot;

    public BlockTable Blocks { get; } = new();

    /// <summary>Number of its blocks, for readers.</summary>
    public int BlockCount
    {
        get => Volatile.Read(ref _blockCount);
        set => Volatile.Write(ref _blockCount, value);
    }
}
